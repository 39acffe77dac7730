using System.Buffers.Binary;

namespace NetKd.Capture.Files;

/// <summary>Finds the UDP datagram in a frame. Checksums are not verified: captures of the sender see them before the adapter fills them in.</summary>
public static class FrameParser
{
    private const ushort EtherTypeIPv4 = 0x0800;
    private const ushort EtherTypeIPv6 = 0x86DD;
    private const int EthernetSize = 14;
    private const int CookedSize = 16;
    private const int Cooked2Size = 20;
    private const int FamilySize = 4;
    private const int VlanTagSize = 4;
    private const int MaxVlanTags = 8;

    /// <summary>Reads a frame. The datagram is set only for <see cref="FrameContent.Datagram"/>.</summary>
    public static FrameContent Parse(in CaptureFrame frame, out CapturedDatagram datagram)
    {
        datagram = default;
        ReadOnlyMemory<byte> data = frame.Data;
        ReadOnlySpan<byte> span = data.Span;
        switch (frame.LinkType)
        {
            case LinkType.Ethernet:
                return span.Length < EthernetSize
                    ? FrameContent.Malformed
                    : Network(frame, data[EthernetSize..], BinaryPrimitives.ReadUInt16BigEndian(span[12..]), out datagram);
            case LinkType.LinuxCooked:
                return span.Length < CookedSize
                    ? FrameContent.Malformed
                    : Network(frame, data[CookedSize..], BinaryPrimitives.ReadUInt16BigEndian(span[14..]), out datagram);
            case LinkType.LinuxCooked2:
                return span.Length < Cooked2Size
                    ? FrameContent.Malformed
                    : Network(frame, data[Cooked2Size..], BinaryPrimitives.ReadUInt16BigEndian(span), out datagram);
            case LinkType.Null or LinkType.Loop:
                if (span.Length < FamilySize) return FrameContent.Malformed;
                return IsInternetFamily(span) ? InternetParser.Parse(frame, data[FamilySize..], out datagram) : FrameContent.Other;
            case LinkType.Raw or LinkType.RawBsd or LinkType.RawOpenBsd or LinkType.IPv4 or LinkType.IPv6:
                return InternetParser.Parse(frame, data, out datagram);
            default:
                return FrameContent.UnknownLink;
        }
    }

    private static FrameContent Network(in CaptureFrame frame, ReadOnlyMemory<byte> data, ushort etherType, out CapturedDatagram datagram)
    {
        datagram = default;
        for (int tags = 0; IsVlan(etherType); tags++)
        {
            if (tags == MaxVlanTags || data.Length < VlanTagSize) return FrameContent.Malformed;
            etherType = BinaryPrimitives.ReadUInt16BigEndian(data.Span[2..]);
            data = data[VlanTagSize..];
        }

        return etherType is EtherTypeIPv4 or EtherTypeIPv6 ? InternetParser.Parse(frame, data, out datagram) : FrameContent.Other;
    }

    // 802.1Q, 802.1ad, and the number that stacked tags had before.
    private static bool IsVlan(ushort etherType) => etherType is 0x8100 or 0x88A8 or 0x9100;

    // AF_INET is 2 everywhere; AF_INET6 is 10, 23, 24, 28 or 30. The byte order is that of a machine we do not know, or the network's.
    private static bool IsInternetFamily(ReadOnlySpan<byte> header)
    {
        uint family = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header));
        return family is 2 or 10 or 23 or 24 or 28 or 30;
    }
}
