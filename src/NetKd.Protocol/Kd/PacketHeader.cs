using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>Why a KD packet was not taken.</summary>
public enum PacketFault
{
    /// <summary>It was taken.</summary>
    None,
    /// <summary>Fewer bytes than a header, or than the header promises.</summary>
    Short,
    /// <summary>The leader is neither that of a data nor of a control packet.</summary>
    Leader,
    /// <summary>A data packet without data, or a control packet with some.</summary>
    ByteCount,
    /// <summary>The checksum does not match the data.</summary>
    Checksum,
}

/// <summary>
/// The 16-byte header of every KD packet, little-endian: leader, type, byte count, id, checksum (facts: kdnet-wire, section 3).
/// </summary>
public struct PacketHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 16;

    /// <summary>Leader of a data packet, "0000".</summary>
    public const uint DataLeader = 0x30303030;

    /// <summary>Leader of a control packet, "iiii".</summary>
    public const uint ControlLeader = 0x69696969;

    /// <summary>The one byte that asks a running target to break in.</summary>
    public const byte BreakInByte = 0x62;

    /// <summary>The byte that ends a data packet on a serial line; KDNET has none.</summary>
    public const byte SerialTrailer = 0xAA;

    /// <summary>True for packets that carry data and are acknowledged.</summary>
    public bool IsData;

    /// <summary>What the packet is.</summary>
    public PacketType Type;

    /// <summary>Bytes that follow the header.</summary>
    public ushort ByteCount;

    /// <summary>Packet id; in an acknowledgement, that of the packet acknowledged.</summary>
    public uint Id;

    /// <summary>Sum of the data bytes.</summary>
    public uint Checksum;

    /// <summary>Writes the header of a data packet for the payload that stands behind it in the buffer.</summary>
    public static void WriteData(Span<byte> packet, PacketType type, int payloadLength, uint id)
    {
        Write(packet, DataLeader, type, payloadLength, id, Kd.Checksum.Of(packet.Slice(Size, payloadLength)));
    }

    /// <summary>Writes a whole control packet.</summary>
    public static void WriteControl(Span<byte> packet, PacketType type, uint id) => Write(packet, ControlLeader, type, 0, id, 0);

    /// <summary>Reads and checks a packet whose payload must lie within the given bytes.</summary>
    public static PacketFault TryRead(ReadOnlySpan<byte> packet, out PacketHeader header)
    {
        header = default;
        if (packet.Length < Size) return PacketFault.Short;
        uint leader = BinaryPrimitives.ReadUInt32LittleEndian(packet);
        if (leader != DataLeader && leader != ControlLeader) return PacketFault.Leader;
        header.IsData = leader == DataLeader;
        header.Type = (PacketType)BinaryPrimitives.ReadUInt16LittleEndian(packet.Slice(4));
        header.ByteCount = BinaryPrimitives.ReadUInt16LittleEndian(packet.Slice(6));
        header.Id = BinaryPrimitives.ReadUInt32LittleEndian(packet.Slice(8));
        header.Checksum = BinaryPrimitives.ReadUInt32LittleEndian(packet.Slice(12));
        if (header.IsData == (header.ByteCount == 0)) return PacketFault.ByteCount;
        if (header.ByteCount > packet.Length - Size) return PacketFault.Short;
        if (header.IsData && Kd.Checksum.Of(packet.Slice(Size, header.ByteCount)) != header.Checksum) return PacketFault.Checksum;
        return PacketFault.None;
    }

    private static void Write(Span<byte> packet, uint leader, PacketType type, int byteCount, uint id, uint checksum)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(packet, leader);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.Slice(4), (ushort)type);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.Slice(6), (ushort)byteCount);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.Slice(8), id);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.Slice(12), checksum);
    }
}
