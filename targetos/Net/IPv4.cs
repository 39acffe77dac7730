using System.Buffers.Binary;

namespace NetKd.TargetOs.Net;

/// <summary>An IPv4 packet's header (RFC 791), checked. Addresses are numbers in host order.</summary>
internal struct IPv4
{
    public const int HeaderSize = 20;
    public const byte ProtocolIcmp = 1;
    public const byte ProtocolUdp = 17;

    public const uint BroadcastAddress = 0xFFFFFFFF;

    private const byte TimeToLive = 64;
    private const ushort DoNotFragment = 0x4000;

    public byte Protocol;
    public uint Source;
    public uint Destination;

    /// <summary>
    /// Reads a packet and finds its payload. False for a bad version, length or checksum, and for fragments: nothing that this
    /// machine needs comes in pieces.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, out IPv4 header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        if (packet.Length < HeaderSize || packet[0] >> 4 != 4) return false;
        int headerLength = 4 * (packet[0] & 15);
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(packet.Slice(2));
        if (headerLength < HeaderSize || headerLength > totalLength || totalLength > packet.Length) return false;
        InternetChecksum checksum = default;
        checksum.Add(packet.Slice(0, headerLength));
        if (checksum.Result != 0) return false;
        if ((BinaryPrimitives.ReadUInt16BigEndian(packet.Slice(6)) & 0x3FFF) != 0) return false;
        header.Protocol = packet[9];
        header.Source = BinaryPrimitives.ReadUInt32BigEndian(packet.Slice(12));
        header.Destination = BinaryPrimitives.ReadUInt32BigEndian(packet.Slice(16));
        payload = packet.Slice(headerLength, totalLength - headerLength);
        return true;
    }

    /// <summary>Writes the 20-byte header of a packet that is never to be fragmented: debuggers size their packets to fit.</summary>
    public readonly void Write(Span<byte> packet, int payloadLength, ushort identification)
    {
        packet[0] = 0x45;
        packet[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet.Slice(2), (ushort)(HeaderSize + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(packet.Slice(4), identification);
        BinaryPrimitives.WriteUInt16BigEndian(packet.Slice(6), DoNotFragment);
        packet[8] = TimeToLive;
        packet[9] = Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet.Slice(10), 0);
        BinaryPrimitives.WriteUInt32BigEndian(packet.Slice(12), Source);
        BinaryPrimitives.WriteUInt32BigEndian(packet.Slice(16), Destination);
        InternetChecksum checksum = default;
        checksum.Add(packet.Slice(0, HeaderSize));
        BinaryPrimitives.WriteUInt16BigEndian(packet.Slice(10), checksum.Result);
    }
}
