using System.Buffers.Binary;

namespace NetKd.Capture.Files;

/// <summary>Headers for a datagram that was taken from a socket, which gives none: what other tools need to read the file.</summary>
public static class SyntheticFrame
{
    /// <summary>The most bytes of Ethernet, IP and UDP headers.</summary>
    public const int MaxHeaders = EthernetHeader + IPv6Header + UdpHeader;

    /// <summary>The largest payload that is written: every KDNET datagram and what else a socket of ours receives.</summary>
    public const int MaxPayload = DatagramCodec.LargeSize;

    private const int EthernetHeader = 14;
    private const int IPv4Header = 20;
    private const int IPv6Header = 40;
    private const int UdpHeader = 8;
    private const byte ProtocolUdp = 17;
    private const byte HopLimit = 64;
    private const ushort DontFragment = 0x4000;

    /// <summary>Writes headers and payload; returns the length of the frame.</summary>
    public static int Write(Span<byte> frame, LinkType linkType, in PeerAddress source, in PeerAddress destination, ReadOnlySpan<byte> payload)
    {
        bool isIPv4 = source.IsIPv4 && destination.IsIPv4;
        int link = 0;
        if (linkType == LinkType.Ethernet)
        {
            // Locally administered addresses that no adapter has, from the ports, so that the two sides differ.
            frame[..EthernetHeader].Clear();
            frame[0] = frame[6] = 2;
            BinaryPrimitives.WriteUInt16BigEndian(frame[4..], destination.Port);
            BinaryPrimitives.WriteUInt16BigEndian(frame[10..], source.Port);
            BinaryPrimitives.WriteUInt16BigEndian(frame[12..], isIPv4 ? (ushort)0x0800 : (ushort)0x86DD);
            link = EthernetHeader;
        }

        Span<byte> packet = frame[link..];
        int udpLength = UdpHeader + payload.Length;
        int header = isIPv4 ? WriteIPv4(packet, source, destination, udpLength) : WriteIPv6(packet, source, destination, udpLength);
        Span<byte> udp = packet.Slice(header, udpLength);
        BinaryPrimitives.WriteUInt16BigEndian(udp, source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udpLength);
        udp[6] = udp[7] = 0;
        payload.CopyTo(udp[UdpHeader..]);

        // The pseudo header of RFC 768 and RFC 8200: addresses, length, protocol. Addresses stand side by side in both headers.
        ReadOnlySpan<byte> addresses = isIPv4 ? packet.Slice(12, 8) : packet.Slice(8, 32);
        ushort sum = InternetChecksum(Sum(addresses) + (uint)udpLength + ProtocolUdp + Sum(udp));
        // Zero would mean "no checksum".
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], sum == 0 ? (ushort)0xFFFF : sum);
        return link + header + udpLength;
    }

    private static int WriteIPv4(Span<byte> packet, in PeerAddress source, in PeerAddress destination, int udpLength)
    {
        Span<byte> header = packet[..IPv4Header];
        header.Clear();
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(IPv4Header + udpLength));
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], DontFragment);
        header[8] = HopLimit;
        header[9] = ProtocolUdp;
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], source.IPv4);
        BinaryPrimitives.WriteUInt32BigEndian(header[16..], destination.IPv4);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum(Sum(header)));
        return IPv4Header;
    }

    private static int WriteIPv6(Span<byte> packet, in PeerAddress source, in PeerAddress destination, int udpLength)
    {
        Span<byte> header = packet[..IPv6Header];
        header.Clear();
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)udpLength);
        header[6] = ProtocolUdp;
        header[7] = HopLimit;
        BinaryPrimitives.WriteUInt64BigEndian(header[8..], source.High);
        BinaryPrimitives.WriteUInt64BigEndian(header[16..], source.Low);
        BinaryPrimitives.WriteUInt64BigEndian(header[24..], destination.High);
        BinaryPrimitives.WriteUInt64BigEndian(header[32..], destination.Low);
        return IPv6Header;
    }

    // RFC 1071: the sum of 16-bit words, carries added back, complemented.
    private static uint Sum(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        for (int i = 0; i + 1 < data.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(data[i..]);
        return data.Length % 2 == 0 ? sum : sum + ((uint)data[^1] << 8);
    }

    private static ushort InternetChecksum(uint sum)
    {
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)(sum ^ 0xFFFF);
    }
}
