using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Layout;

/// <summary>
/// One direction of an OMAP: pairs of offsets from the image's base, sorted by the first. What lies between two entries moves with the
/// lower one; a second of 0 means that it was dropped.
/// </summary>
internal sealed class AddressMap
{
    private const int EntrySize = 8;

    private readonly MsfStream _stream;
    private readonly int _count;

    private AddressMap(MsfStream stream)
    {
        _stream = stream;
        _count = (int)(stream.Length / EntrySize);
    }

    /// <summary>The map of a stream; null when there is none.</summary>
    public static AddressMap? Read(MsfStream? stream) => stream is { Length: >= EntrySize } ? new AddressMap(stream) : null;

    /// <summary>Where an offset went, or <see cref="uint.MaxValue"/> when it is not there any more.</summary>
    public uint Map(uint offset)
    {
        int low = 0, high = _count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_stream.ReadUInt32((uint)middle * EntrySize) <= offset) low = middle;
            else high = middle - 1;
        }

        if (!_stream.TryRead((uint)low * EntrySize, EntrySize, out ReadOnlySpan<byte> entry)) return uint.MaxValue;
        uint from = BinaryPrimitives.ReadUInt32LittleEndian(entry);
        uint to = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
        return from > offset || to == 0 ? uint.MaxValue : unchecked(to + (offset - from));
    }
}
