using System.Buffers.Binary;

namespace NetKd.TargetOs.Net;

/// <summary>An ARP packet for IPv4 over Ethernet (RFC 826). Protocol addresses are numbers in host order.</summary>
internal ref struct ArpPacket
{
    public const int Size = 28;
    public const ushort Request = 1;
    public const ushort Reply = 2;

    // Hardware type 1, protocol type 0x0800, address lengths 6 and 4.
    private const ulong EthernetIPv4 = 0x0001_0800_0604;

    public ushort Operation;
    public ReadOnlySpan<byte> SenderHardware;
    public uint SenderAddress;
    public uint TargetAddress;

    public static bool TryRead(ReadOnlySpan<byte> data, out ArpPacket packet)
    {
        packet = default;
        if (data.Length < Size || BinaryPrimitives.ReadUInt64BigEndian(data) >> 16 != EthernetIPv4) return false;
        packet.Operation = BinaryPrimitives.ReadUInt16BigEndian(data.Slice(6));
        packet.SenderHardware = data.Slice(8, Ethernet.AddressSize);
        packet.SenderAddress = BinaryPrimitives.ReadUInt32BigEndian(data.Slice(14));
        packet.TargetAddress = BinaryPrimitives.ReadUInt32BigEndian(data.Slice(24));
        return true;
    }

    /// <summary>Writes the packet; the target's hardware address is zero in a request.</summary>
    public readonly void Write(Span<byte> data, ReadOnlySpan<byte> targetHardware)
    {
        BinaryPrimitives.WriteUInt64BigEndian(data, (EthernetIPv4 << 16) | Operation);
        SenderHardware.CopyTo(data.Slice(8));
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(14), SenderAddress);
        targetHardware.CopyTo(data.Slice(18));
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(24), TargetAddress);
    }
}
