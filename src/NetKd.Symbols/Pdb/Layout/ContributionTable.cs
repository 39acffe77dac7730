using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Layout;

/// <summary>
/// Which module (object file) contributed which piece of which section, sorted by place. Searched where it lies in the file.
/// </summary>
internal sealed class ContributionTable
{
    private const uint Version1 = 0xeffe0000 + 19970605;
    private const uint Version2 = 0xeffe0000 + 20140516;

    private readonly MsfStream _stream;
    private readonly uint _start;
    private readonly uint _entrySize;

    public ContributionTable(DebugInformation debug)
    {
        _stream = debug.Stream;
        (uint offset, uint size) = debug.Contributions;
        uint version = size >= 4 ? _stream.ReadUInt32(offset) : 0;
        _entrySize = version == Version2 ? 32u : 28u;
        _start = offset + 4;
        Count = version is Version1 or Version2 ? (int)((size - 4) / _entrySize) : 0;
    }

    internal readonly record struct Contribution(ushort Section, uint Offset, uint Size, ushort Module);

    public int Count { get; }

    public Contribution this[int index]
    {
        get
        {
            if (!_stream.TryRead(_start + (uint)index * _entrySize, 18, out ReadOnlySpan<byte> entry)) return default;
            return new Contribution(
                BinaryPrimitives.ReadUInt16LittleEndian(entry),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]),
                BinaryPrimitives.ReadUInt16LittleEndian(entry[16..]));
        }
    }

    /// <summary>Index of the last contribution that begins at or before a place of a section, or -1.</summary>
    public int FindAtOrBefore(ushort section, uint offset)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (!_stream.TryRead(_start + (uint)middle * _entrySize, 8, out ReadOnlySpan<byte> entry)) return -1;
            ushort at = BinaryPrimitives.ReadUInt16LittleEndian(entry);
            if (at < section || (at == section && BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]) <= offset)) low = middle + 1;
            else high = middle - 1;
        }

        return high >= 0 && this[high].Section == section ? high : -1;
    }
}
