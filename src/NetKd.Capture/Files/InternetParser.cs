using System.Buffers.Binary;

namespace NetKd.Capture.Files;

/// <summary>IPv4 (RFC 791) and IPv6 (RFC 8200) down to UDP (RFC 768).</summary>
internal static class InternetParser
{
    private const int MinIPv4Header = 20;
    private const int IPv6Header = 40;
    private const int UdpHeader = 8;
    private const byte ProtocolUdp = 17;
    private const ushort MoreFragments = 0x2000;
    private const ushort FragmentOffset = 0x1FFF;

    // A chain that never ends must not keep us busy; real ones have one or two.
    private const int MaxExtensionHeaders = 8;
    private const byte HopByHop = 0, Routing = 43, FragmentHeader = 44, Authentication = 51, Destination = 60, Mobility = 135;

    /// <summary>Reads an IP packet; the version stands in its first four bits, whatever the link layer said.</summary>
    public static FrameContent Parse(in CaptureFrame frame, ReadOnlyMemory<byte> packet, out CapturedDatagram datagram)
    {
        datagram = default;
        if (packet.IsEmpty) return FrameContent.Malformed;
        return (packet.Span[0] >> 4) switch
        {
            4 => IPv4(frame, packet, out datagram),
            6 => IPv6(frame, packet, out datagram),
            _ => FrameContent.Malformed,
        };
    }

    private static FrameContent IPv4(in CaptureFrame frame, ReadOnlyMemory<byte> packet, out CapturedDatagram datagram)
    {
        datagram = default;
        ReadOnlySpan<byte> span = packet.Span;
        if (span.Length < MinIPv4Header) return FrameContent.Malformed;
        int header = (span[0] & 0xF) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(span[2..]);
        // An adapter that cuts large sends itself leaves the length to be filled in: 0.
        if (total == 0) total = span.Length;
        if (header < MinIPv4Header || header > total || header > span.Length) return FrameContent.Malformed;
        if (span[9] != ProtocolUdp) return FrameContent.Other;
        if ((BinaryPrimitives.ReadUInt16BigEndian(span[6..]) & (MoreFragments | FragmentOffset)) != 0) return FrameContent.Fragment;
        PeerAddress source = PeerAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(span[12..]), 0);
        PeerAddress destination = PeerAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(span[16..]), 0);
        // Short frames are filled up to Ethernet's minimum: what lies behind the packet is not of it.
        return Udp(frame, packet[header..Math.Min(total, packet.Length)], source, destination, out datagram);
    }

    private static FrameContent IPv6(in CaptureFrame frame, ReadOnlyMemory<byte> packet, out CapturedDatagram datagram)
    {
        datagram = default;
        ReadOnlySpan<byte> span = packet.Span;
        if (span.Length < IPv6Header) return FrameContent.Malformed;
        int length = BinaryPrimitives.ReadUInt16BigEndian(span[4..]);
        byte next = span[6];
        PeerAddress source = Address(span[8..]);
        PeerAddress destination = Address(span[24..]);
        ReadOnlyMemory<byte> rest = packet[IPv6Header..];
        if (length != 0 && length < rest.Length) rest = rest[..length];
        for (int count = 0; next is HopByHop or Routing or FragmentHeader or Authentication or Destination or Mobility; count++)
        {
            if (count == MaxExtensionHeaders || rest.Length < 8) return FrameContent.Malformed;
            ReadOnlySpan<byte> extension = rest.Span;
            int size = next == FragmentHeader ? 8 : next == Authentication ? (extension[1] + 2) * 4 : (extension[1] + 1) * 8;
            // A fragment header that says "from the start, and nothing follows" is no fragment (RFC 6946).
            if (next == FragmentHeader && (BinaryPrimitives.ReadUInt16BigEndian(extension[2..]) & 0xFFF9) != 0)
                return extension[0] == ProtocolUdp ? FrameContent.Fragment : FrameContent.Other;
            if (size > rest.Length) return FrameContent.Malformed;
            next = extension[0];
            rest = rest[size..];
        }

        return next == ProtocolUdp ? Udp(frame, rest, source, destination, out datagram) : FrameContent.Other;
    }

    private static FrameContent Udp(in CaptureFrame frame, ReadOnlyMemory<byte> segment, PeerAddress source, PeerAddress destination, out CapturedDatagram datagram)
    {
        datagram = default;
        ReadOnlySpan<byte> span = segment.Span;
        if (span.Length < UdpHeader) return FrameContent.Malformed;
        source.Port = BinaryPrimitives.ReadUInt16BigEndian(span);
        destination.Port = BinaryPrimitives.ReadUInt16BigEndian(span[2..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(span[4..]);
        if (length == 0) length = span.Length;
        if (length < UdpHeader) return FrameContent.Malformed;
        datagram = new CapturedDatagram
        {
            FrameNumber = frame.Number,
            Time = frame.Time,
            Source = source,
            Destination = destination,
            Payload = segment[UdpHeader..Math.Min(length, segment.Length)],
            WireLength = length - UdpHeader,
        };
        return FrameContent.Datagram;
    }

    private static PeerAddress Address(ReadOnlySpan<byte> source)
    {
        PeerAddress address;
        address.High = BinaryPrimitives.ReadUInt64BigEndian(source);
        address.Low = BinaryPrimitives.ReadUInt64BigEndian(source[8..]);
        address.Port = 0;
        return address;
    }
}
