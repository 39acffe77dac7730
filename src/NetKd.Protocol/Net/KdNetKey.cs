namespace NetKd.Protocol.Net;

/// <summary>
/// A 256-bit KDNET key: four 64-bit numbers, written base 36 and joined with dots. A secret: it has no text form by accident;
/// <see cref="KeyText"/> makes one where the user asked to see it.
/// </summary>
public struct KdNetKey
{
    /// <summary>Bytes of the key, and of each key derived from it.</summary>
    public const int Size = 32;

    /// <summary>The four parts, in the order in which they are written.</summary>
    public ulong Part0, Part1, Part2, Part3;

    /// <summary>Writes the control key: four little-endian numbers (facts: kdnet-wire, section 1).</summary>
    public readonly void Write(Span<byte> destination)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(destination, Part0);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(destination.Slice(8), Part1);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(destination.Slice(16), Part2);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(destination.Slice(24), Part3);
    }
}
