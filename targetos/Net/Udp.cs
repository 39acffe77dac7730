using System.Buffers.Binary;

namespace NetKd.TargetOs.Net;

/// <summary>UDP (RFC 768).</summary>
internal static class Udp
{
    public const int HeaderSize = 8;

    /// <summary>Reads a datagram and finds its payload. False for a bad length or, when it has one, a bad checksum.</summary>
    public static bool TryRead(in IPv4 header, ReadOnlySpan<byte> datagram, out ushort source, out ushort destination, out ReadOnlySpan<byte> payload)
    {
        source = 0;
        destination = 0;
        payload = default;
        if (datagram.Length < HeaderSize) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram.Slice(4));
        if (length < HeaderSize || length > datagram.Length) return false;
        datagram = datagram.Slice(0, length);
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram.Slice(6)) != 0 && Checksum(in header, datagram) != 0) return false;
        source = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        destination = BinaryPrimitives.ReadUInt16BigEndian(datagram.Slice(2));
        payload = datagram.Slice(HeaderSize);
        return true;
    }

    /// <summary>Writes the header in front of a payload that stands at <see cref="HeaderSize"/> already.</summary>
    public static void Write(in IPv4 header, Span<byte> datagram, ushort source, ushort destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram, source);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.Slice(2), destination);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.Slice(4), (ushort)datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.Slice(6), 0);
        ushort checksum = Checksum(in header, datagram);

        // Zero means that there is none; a sum of zero is sent as its other form.
        BinaryPrimitives.WriteUInt16BigEndian(datagram.Slice(6), checksum == 0 ? ushort.MaxValue : checksum);
    }

    private static ushort Checksum(in IPv4 header, ReadOnlySpan<byte> datagram)
    {
        InternetChecksum checksum = default;
        checksum.Add(header.Source);
        checksum.Add(header.Destination);
        checksum.Add(IPv4.ProtocolUdp);
        checksum.Add((uint)datagram.Length);
        checksum.Add(datagram);
        return checksum.Result;
    }
}
