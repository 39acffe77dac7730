using System.Buffers.Binary;

namespace NetKd.TargetOs.Net;

/// <summary>The Ethernet header: destination, source, type (RFC 894).</summary>
internal static class Ethernet
{
    public const int HeaderSize = 14;
    public const int AddressSize = 6;
    public const int MaxFrame = 1514;

    public const ushort TypeIPv4 = 0x0800;
    public const ushort TypeArp = 0x0806;
    public const ushort TypeIPv6 = 0x86DD;

    public static ReadOnlySpan<byte> Broadcast => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    public static ushort Type(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame.Slice(12));

    public static ReadOnlySpan<byte> Source(ReadOnlySpan<byte> frame) => frame.Slice(AddressSize, AddressSize);

    public static void Write(Span<byte> frame, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> source, ushort type)
    {
        destination.CopyTo(frame);
        source.CopyTo(frame.Slice(AddressSize));
        BinaryPrimitives.WriteUInt16BigEndian(frame.Slice(12), type);
    }
}
