using System.Buffers.Binary;

namespace NetKd.Target.Simulation;

/// <summary>
/// 64 MiB of known content in the simulated machine, for bulk reads: the little-endian u64 at each offset that is a multiple of eight is
/// offset * 0x9E3779B97F4A7C15 + 0x5851F42D4C957F2D, modulo 2^64.
/// </summary>
public static class BulkRegion
{
    /// <summary>Virtual address of the region.</summary>
    public const ulong VirtualBase = 0xFFFF_A000_0000_0000;

    /// <summary>Physical address of the region; it is mapped with 2 MiB pages.</summary>
    public const ulong PhysicalBase = 0x0800_0000;

    /// <summary>Bytes of the region.</summary>
    public const ulong Size = 64 << 20;

    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    private const ulong Increment = 0x5851_F42D_4C95_7F2D;

    /// <summary>Writes the region's original content from an offset (a multiple of 8) on; the span's length is a multiple of 8.</summary>
    public static void Fill(Span<byte> destination, ulong offset)
    {
        for (int i = 0; i < destination.Length; i += 8)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[i..], unchecked((offset + (ulong)i) * Multiplier + Increment));
    }
}
