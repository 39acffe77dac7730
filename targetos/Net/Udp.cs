using System.Buffers.Binary;

namespace NetKd.TargetOs.Net;

/// <summary>UDP (RFC 768).</summary>
internal static class Udp
{
    public const int HeaderSize = 8;

    /// <summary>Reads a datagram over IPv4, where the checksum is optional, and finds its payload.</summary>
    public static bool TryRead(in IPv4 header, ReadOnlySpan<byte> datagram, out ushort source, out ushort destination, out ReadOnlySpan<byte> payload)
    {
        // The datagram may be followed by padding; its own length counts in the sum.
        int length = datagram.Length < HeaderSize ? 0 : BinaryPrimitives.ReadUInt16BigEndian(datagram.Slice(4));
        return TryRead(PseudoHeader(in header, length), datagram, needsChecksum: false, out source, out destination, out payload);
    }

    /// <summary>Reads a datagram and finds its payload. False for a bad length, or a checksum that is bad or missing where it must be.</summary>
    public static bool TryRead(
        InternetChecksum pseudoHeader, ReadOnlySpan<byte> datagram, bool needsChecksum, out ushort source, out ushort destination, out ReadOnlySpan<byte> payload)
    {
        source = 0;
        destination = 0;
        payload = default;
        if (datagram.Length < HeaderSize) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram.Slice(4));
        if (length < HeaderSize || length > datagram.Length) return false;
        datagram = datagram.Slice(0, length);
        bool hasChecksum = BinaryPrimitives.ReadUInt16BigEndian(datagram.Slice(6)) != 0;
        pseudoHeader.Add(datagram);
        if (hasChecksum ? pseudoHeader.Result != 0 : needsChecksum) return false;
        source = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        destination = BinaryPrimitives.ReadUInt16BigEndian(datagram.Slice(2));
        payload = datagram.Slice(HeaderSize);
        return true;
    }

    /// <summary>Writes the header in front of a payload that stands at <see cref="HeaderSize"/> already.</summary>
    public static void Write(in IPv4 header, Span<byte> datagram, ushort source, ushort destination) =>
        Write(PseudoHeader(in header, datagram.Length), datagram, source, destination);

    /// <summary>The same over any protocol, with the sum of its pseudo-header.</summary>
    public static void Write(InternetChecksum pseudoHeader, Span<byte> datagram, ushort source, ushort destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram, source);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.Slice(2), destination);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.Slice(4), (ushort)datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.Slice(6), 0);
        pseudoHeader.Add(datagram);
        ushort checksum = pseudoHeader.Result;

        // Zero means that there is none; a sum of zero is sent as its other form.
        BinaryPrimitives.WriteUInt16BigEndian(datagram.Slice(6), checksum == 0 ? ushort.MaxValue : checksum);
    }

    private static InternetChecksum PseudoHeader(in IPv4 header, int length)
    {
        InternetChecksum checksum = default;
        checksum.Add(header.Source);
        checksum.Add(header.Destination);
        checksum.Add(IPv4.ProtocolUdp);
        checksum.Add((uint)length);
        return checksum;
    }
}
