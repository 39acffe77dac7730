using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// The hash stream's list of where records are: pairs of an index and its offset, ascending, one about every 8 KiB of records. Searched where
/// it lies in the file.
/// </summary>
internal sealed class IndexOffsets
{
    private const uint PairSize = 8;

    private readonly MsfStream _stream;
    private readonly uint _start;
    private readonly uint _count;

    private IndexOffsets(MsfStream stream, uint start, uint count)
    {
        _stream = stream;
        _start = start;
        _count = count;
    }

    /// <summary>Reads where the list is from the type stream's header; null when it is not in the hash stream.</summary>
    public static IndexOffsets? Read(MsfStream hashes, ref RecordReader header)
    {
        uint start = header.UInt32(), length = header.UInt32();
        return length < PairSize || start > hashes.Length || length > hashes.Length - start ? null : new IndexOffsets(hashes, start, length / PairSize);
    }

    /// <summary>The last pair whose index is not above the wanted one.</summary>
    public bool TryFind(uint index, out uint known, out uint offset)
    {
        uint low = 0, high = _count;
        while (low < high)
        {
            uint middle = low + (high - low) / 2;
            if (_stream.ReadUInt32(_start + middle * PairSize) <= index) low = middle + 1;
            else high = middle;
        }

        known = low == 0 ? 0 : _stream.ReadUInt32(_start + (low - 1) * PairSize);
        offset = low == 0 ? 0 : _stream.ReadUInt32(_start + (low - 1) * PairSize + 4);
        return low != 0;
    }
}
