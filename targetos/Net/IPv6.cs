using System.Buffers.Binary;

namespace NetKd.TargetOs.Net;

/// <summary>An IPv6 packet's header (RFC 8200), checked.</summary>
internal struct IPv6
{
    public const int HeaderSize = 40;
    public const byte ProtocolUdp = 17;
    public const byte ProtocolIcmp = 58;

    /// <summary>What neighbour discovery asks of both sides: no router has passed the packet on (RFC 4861, 3.1).</summary>
    public const byte LargestHopLimit = 255;

    public byte Protocol;
    public byte HopLimit;
    public PeerAddress Source;
    public PeerAddress Destination;

    /// <summary>The sum of the pseudo-header in front of so many bytes (RFC 8200, 8.1).</summary>
    public readonly InternetChecksum PseudoHeader(int length)
    {
        InternetChecksum sum = default;
        sum.Add(Source);
        sum.Add(Destination);
        sum.Add(Protocol);
        sum.Add((uint)length);
        return sum;
    }

    /// <summary>
    /// Reads a packet and finds its payload. Extension headers are not followed: nothing that this machine needs has any, so what
    /// comes with one carries a protocol that nobody here takes.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, out IPv6 header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        if (packet.Length < HeaderSize || packet[0] >> 4 != 6) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet.Slice(4));
        if (length > packet.Length - HeaderSize) return false;
        header.Protocol = packet[6];
        header.HopLimit = packet[7];
        header.Source = ReadAddress(packet.Slice(8));
        header.Destination = ReadAddress(packet.Slice(24));
        payload = packet.Slice(HeaderSize, length);
        return true;
    }

    /// <summary>Writes the 40-byte header; traffic class and flow label are 0.</summary>
    public readonly void Write(Span<byte> packet, int payloadLength)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet, 0x6000_0000);
        BinaryPrimitives.WriteUInt16BigEndian(packet.Slice(4), (ushort)payloadLength);
        packet[6] = Protocol;
        packet[7] = HopLimit;
        WriteAddress(packet.Slice(8), Source);
        WriteAddress(packet.Slice(24), Destination);
    }

    public static PeerAddress ReadAddress(ReadOnlySpan<byte> data)
    {
        PeerAddress address;
        address.High = BinaryPrimitives.ReadUInt64BigEndian(data);
        address.Low = BinaryPrimitives.ReadUInt64BigEndian(data.Slice(8));
        address.Port = 0;
        return address;
    }

    public static void WriteAddress(Span<byte> data, in PeerAddress address)
    {
        BinaryPrimitives.WriteUInt64BigEndian(data, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(data.Slice(8), address.Low);
    }

    public static PeerAddress Address(ulong high, ulong low)
    {
        PeerAddress address;
        address.High = high;
        address.Low = low;
        address.Port = 0;
        return address;
    }

    public static bool IsUnspecified(in PeerAddress address) => (address.High | address.Low) == 0;

    public static bool IsMulticast(in PeerAddress address) => address.High >> 56 == 0xFF;

    /// <summary>True for fe80::/10.</summary>
    public static bool IsLinkLocal(in PeerAddress address) => address.High >> 54 == 0xFE80 >> 6;

    /// <summary>The multicast address at which the owner of an address is asked for (RFC 4291, 2.7.1).</summary>
    public static PeerAddress SolicitedNode(in PeerAddress address) =>
        Address(0xFF02_0000_0000_0000, 0x0000_0001_FF00_0000 | (address.Low & 0xFF_FFFF));

    /// <summary>The Ethernet address of a multicast group (RFC 2464, 7).</summary>
    public static void WriteMulticastHardware(Span<byte> hardware, in PeerAddress group)
    {
        BinaryPrimitives.WriteUInt16BigEndian(hardware, 0x3333);
        BinaryPrimitives.WriteUInt32BigEndian(hardware.Slice(2), (uint)group.Low);
    }
}
