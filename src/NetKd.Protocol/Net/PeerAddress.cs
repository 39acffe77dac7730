using System.Buffers.Binary;

namespace NetKd.Protocol.Net;

/// <summary>
/// An IPv6 address (an IPv4 one in its mapped form ::ffff:a.b.c.d) and a UDP port, as poke bodies carry them
/// (facts: kdnet-wire, section 2). A plain value, usable without sockets.
/// </summary>
public struct PeerAddress
{
    /// <summary>Bytes of the wire form: 16 of address, 2 of port, both in network order.</summary>
    public const int Size = 18;

    /// <summary>The first eight address bytes, read in network order.</summary>
    public ulong High;

    /// <summary>The last eight address bytes, read in network order.</summary>
    public ulong Low;

    /// <summary>The UDP port in host order.</summary>
    public ushort Port;

    /// <summary>The mapped form of an IPv4 address given as a number in host order (127.0.0.1 is 0x7F000001).</summary>
    public static PeerAddress FromIPv4(uint address, ushort port)
    {
        PeerAddress peer;
        peer.High = 0;
        peer.Low = 0x0000_FFFF_0000_0000UL | address;
        peer.Port = port;
        return peer;
    }

    /// <summary>True for the same address and port.</summary>
    public readonly bool IsSame(in PeerAddress other) => High == other.High && Low == other.Low && Port == other.Port;

    /// <summary>True for ::ffff:0:0/96.</summary>
    public readonly bool IsIPv4 => High == 0 && Low >> 32 == 0xFFFF;

    /// <summary>The IPv4 address as a number in host order; meaningful when <see cref="IsIPv4"/>.</summary>
    public readonly uint IPv4 => unchecked((uint)Low);

    /// <summary>True when the address parts are equal, whatever the ports.</summary>
    public readonly bool SameHost(in PeerAddress other) => High == other.High && Low == other.Low;

    /// <summary>True when address and port are equal.</summary>
    public readonly bool SameAs(in PeerAddress other) => SameHost(other) && Port == other.Port;

    /// <summary>Writes the 18-byte wire form.</summary>
    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination.Slice(8), Low);
        BinaryPrimitives.WriteUInt16BigEndian(destination.Slice(16), Port);
    }

    /// <summary>Reads the 18-byte wire form.</summary>
    public static PeerAddress Read(ReadOnlySpan<byte> source)
    {
        PeerAddress peer;
        peer.High = BinaryPrimitives.ReadUInt64BigEndian(source);
        peer.Low = BinaryPrimitives.ReadUInt64BigEndian(source.Slice(8));
        peer.Port = BinaryPrimitives.ReadUInt16BigEndian(source.Slice(16));
        return peer;
    }
}
