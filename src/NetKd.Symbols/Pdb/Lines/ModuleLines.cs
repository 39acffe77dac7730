using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Layout;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Lines;

/// <summary>
/// A module's lines: fragments of code, each with blocks of lines by source file (C13 line information). The fragments are found once; lines are
/// searched where they lie. Offsets are linked ones.
/// </summary>
internal sealed class ModuleLines
{
    private const int FragmentHeaderSize = 12;
    private const int BlockHeaderSize = 12;
    private const int LineSize = 8;
    private const uint LineMask = 0xffffff;
    private const uint StatementFlag = 0x80000000;
    private const ushort HasColumns = 1;

    // Marks of the compiler for code that steps run into, or past, without a line of its own.
    private const uint AlwaysStepInto = 0xfeefee;
    private const uint NeverStepInto = 0xf00f00;

    private readonly MsfStream _stream;
    private readonly Fragment[] _fragments;
    private readonly uint _checksums;
    private readonly uint _checksumBytes;
    private readonly List<(uint Offset, uint Length)> _inlinees = [];

    private readonly record struct Fragment(uint Start, uint Length, uint Offset, uint Bytes, bool Columns);

    /// <summary>A line's code.</summary>
    internal readonly record struct Line(uint File, uint Number, uint Start, uint Length, bool IsStatement);

    public ModuleLines(MsfStream stream, uint start, uint bytes, SectionTable sections)
    {
        _stream = stream;
        List<Fragment> fragments = [];
        uint at = start, end = start + bytes;
        while (end - at >= 8)
        {
            var kind = (SubsectionKind)stream.ReadUInt32(at);
            uint length = stream.ReadUInt32(at + 4);
            at += 8;
            if (length > end - at) break;
            switch (kind)
            {
                case SubsectionKind.Lines when length >= FragmentHeaderSize && stream.TryRead(at, FragmentHeaderSize, out ReadOnlySpan<byte> header):
                    uint place = sections.ToOffset(BinaryPrimitives.ReadUInt16LittleEndian(header[4..]), BinaryPrimitives.ReadUInt32LittleEndian(header));
                    bool columns = (BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) & HasColumns) != 0;
                    if (place != uint.MaxValue)
                        fragments.Add(new Fragment(place, BinaryPrimitives.ReadUInt32LittleEndian(header[8..]), at + FragmentHeaderSize, length - FragmentHeaderSize, columns));
                    break;
                case SubsectionKind.FileChecksums:
                    _checksums = at;
                    _checksumBytes = length;
                    break;
                case SubsectionKind.InlineeLines:
                    _inlinees.Add((at, length));
                    break;
            }

            at += Math.Min((length + 3) & ~3u, end - at);
        }

        _fragments = [.. fragments.OrderBy(f => f.Start)];
    }

    /// <summary>True when there are none.</summary>
    public bool IsEmpty => _fragments.Length == 0;

    /// <summary>The line that holds a place. False where no line does.</summary>
    public bool TryFind(uint linkedOffset, out Line line)
    {
        line = default;
        int index = FragmentAtOrBefore(linkedOffset);
        // Folded functions have several fragments at one place: the first, as the linker left it.
        while (index > 0 && _fragments[index - 1].Start == _fragments[index].Start) index--;
        if (index < 0) return false;
        Fragment fragment = _fragments[index];
        if (linkedOffset - fragment.Start >= fragment.Length) return false;
        bool found = false;
        foreach (Line candidate in Lines(fragment))
        {
            if (candidate.Start > linkedOffset || (found && candidate.Start < line.Start)) continue;
            line = candidate;
            found = true;
        }

        if (!found || line.Number is AlwaysStepInto or NeverStepInto) return false;
        line = line with { Length = LengthOf(fragment, line.Start) };
        return true;
    }

    /// <summary>All lines of source files whose entry in the checksum list is wanted, with the lengths of their code.</summary>
    public IEnumerable<Line> All(Func<uint, bool> isWanted)
    {
        foreach (Fragment fragment in _fragments)
        {
            foreach (Line line in Lines(fragment))
            {
                if (line.Number is not (AlwaysStepInto or NeverStepInto) && isWanted(line.File)) yield return line with { Length = LengthOf(fragment, line.Start) };
            }
        }
    }

    /// <summary>The module's source files: their offsets in the checksum list.</summary>
    public IEnumerable<uint> Files
    {
        get
        {
            // Name offset, length and kind of the checksum, the checksum, padding.
            for (uint at = 0; at + 6 <= _checksumBytes;)
            {
                yield return at;
                uint length = _stream.ReadUInt16(_checksums + at + 4) & 0xffu;
                at += (6 + length + 3) & ~3u;
            }
        }
    }

    /// <summary>Offset, in the string table, of the name of a file by its offset in the checksum list; 0 when there is none.</summary>
    public uint FileName(uint file) => file + 4 <= _checksumBytes ? _stream.ReadUInt32(_checksums + file) : 0;

    /// <summary>Where a function that was inlined begins in its source. False when the module does not say.</summary>
    public bool TryFindInlinee(uint id, out uint file, out uint line)
    {
        foreach ((uint offset, uint length) in _inlinees)
        {
            bool extended = length >= 4 && _stream.ReadUInt32(offset) == 1;
            uint at = offset + 4, end = offset + length;
            while (end - at is >= 12 and <= int.MaxValue)
            {
                if (_stream.ReadUInt32(at) == id)
                {
                    file = _stream.ReadUInt32(at + 4);
                    line = _stream.ReadUInt32(at + 8);
                    return true;
                }

                at += 12;
                if (!extended) continue;
                uint more = end - at >= 4 ? _stream.ReadUInt32(at) : 0;
                at += 4;
                if (at > end || more > (end - at) / 4) break;
                at += more * 4;
            }
        }

        file = line = 0;
        return false;
    }

    private int FragmentAtOrBefore(uint place)
    {
        int low = 0, high = _fragments.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (_fragments[middle].Start <= place) low = middle + 1;
            else high = middle - 1;
        }

        return high;
    }

    // A line's code ends where the next one of its fragment begins, whichever block that is in.
    private uint LengthOf(Fragment fragment, uint start)
    {
        uint end = fragment.Start + fragment.Length;
        foreach (Line line in Lines(fragment))
        {
            if (line.Start > start && line.Start < end) end = line.Start;
        }

        return end - start;
    }

    private List<Line> Lines(Fragment fragment)
    {
        List<Line> lines = [];
        uint at = fragment.Offset, end = fragment.Offset + fragment.Bytes;
        while (end - at >= BlockHeaderSize && _stream.TryRead(at, BlockHeaderSize, out ReadOnlySpan<byte> header))
        {
            uint file = BinaryPrimitives.ReadUInt32LittleEndian(header);
            uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            uint blockBytes = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
            if (blockBytes < BlockHeaderSize || blockBytes > end - at) break;
            count = Math.Min(count, (blockBytes - BlockHeaderSize) / LineSize);
            if (!_stream.TryRead(at + BlockHeaderSize, (int)count * LineSize, out ReadOnlySpan<byte> entries)) break;
            for (; entries.Length >= LineSize; entries = entries[LineSize..])
            {
                uint offset = BinaryPrimitives.ReadUInt32LittleEndian(entries);
                uint flags = BinaryPrimitives.ReadUInt32LittleEndian(entries[4..]);
                if (offset < fragment.Length) lines.Add(new Line(file, flags & LineMask, fragment.Start + offset, 0, (flags & StatementFlag) != 0));
            }

            at += blockBytes;
        }

        return lines;
    }
}
