using System.Buffers.Binary;
using System.Net;

namespace NetKd.Capture.Text;

/// <summary>Addresses for people.</summary>
public static class PeerText
{
    /// <summary>Address and port: 192.168.2.1:50000 or [fe80::1]:50000.</summary>
    public static string Format(in PeerAddress peer) =>
        peer.IsIPv4 ? $"{FormatAddress(peer)}:{peer.Port}" : $"[{FormatAddress(peer)}]:{peer.Port}";

    /// <summary>The address alone.</summary>
    public static string FormatAddress(in PeerAddress peer)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, peer.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], peer.Low);
        return new IPAddress(peer.IsIPv4 ? bytes[12..] : bytes).ToString();
    }
}
