using System.Buffers.Binary;

namespace NetKd.Protocol.Net;

/// <summary>
/// The target's first packet on the data channel: eight zero bytes, then the host's IPv4 address as a little-endian number
/// (facts: kdnet-wire, section 2). It proves that the target holds the data key.
/// </summary>
public static class ConnectionCheck
{
    /// <summary>Bytes of the body.</summary>
    public const int BodySize = 12;

    private const int ZeroSize = 8;

    /// <summary>Writes a connection check.</summary>
    public static void Write(Span<byte> body, in PeerAddress host)
    {
        body.Slice(0, BodySize).Clear();
        if (host.IsIPv4) BinaryPrimitives.WriteUInt32LittleEndian(body.Slice(ZeroSize), host.IPv4);
    }

    /// <summary>True for a body of at least eight bytes that begins with eight zero bytes: no KD packet does.</summary>
    public static bool IsCheck(ReadOnlySpan<byte> body) =>
        body.Length >= ZeroSize && BinaryPrimitives.ReadUInt64LittleEndian(body) == 0;
}
