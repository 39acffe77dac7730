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

    // Marks of the compiler for code that steps run into, or past, without a line of its own.
    private const uint AlwaysStepInto = 0xfeefee;
    private const uint NeverStepInto = 0xf00f00;

    private readonly MsfStream _stream;
    private readonly Fragment[] _fragments;
    private readonly uint _checksums;
    private readonly uint _checksumBytes;
    private readonly List<(uint Offset, uint Length)> _inlinees = [];

    private readonly record struct Fragment(uint Start, uint Length, uint Offset, uint Bytes);

    /// <summary>A function that was inlined: its id, and where it begins in its source.</summary>
    internal readonly record struct Inlinee(uint Id, uint File, uint Line);

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
                    if (place != uint.MaxValue)
                        fragments.Add(new Fragment(place, BinaryPrimitives.ReadUInt32LittleEndian(header[8..]), at + FragmentHeaderSize, length - FragmentHeaderSize));
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
        uint end = fragment.Start + fragment.Length;
        BlockReader blocks = new(_stream, fragment);
        while (blocks.Next())
        {
            foreach (Line candidate in blocks)
            {
                if (candidate.Start > linkedOffset)
                {
                    // A line's code ends where the next one of its fragment begins, whichever block that is in.
                    end = Math.Min(end, candidate.Start);
                }
                else if (!found || candidate.Start > line.Start || (candidate.Start == line.Start && candidate.Start != linkedOffset))
                {
                    // Several lines may begin at one place. Its first byte belongs to the first, so that a function begins at its own line, as
                    // others have it (tests/SymbolPeers); the code that follows belongs to the last.
                    line = candidate;
                    found = true;
                }
            }
        }

        if (!found || IsMark(line.Number)) return false;
        line = line with { Length = end - line.Start };
        return true;
    }

    /// <summary>All lines of source files whose entry in the checksum list is wanted, with the lengths of their code.</summary>
    public IEnumerable<Line> All(Func<uint, bool> isWanted)
    {
        foreach (Fragment fragment in _fragments)
        {
            List<Line> lines = InOrder(fragment);
            uint end = fragment.Start + fragment.Length;
            // From behind, so that each line knows where the next place begins; several lines may share one.
            for (int i = lines.Count - 1; i >= 0; i--)
            {
                if (i + 1 < lines.Count && lines[i + 1].Start > lines[i].Start) end = lines[i + 1].Start;
                lines[i] = lines[i] with { Length = end - lines[i].Start };
            }

            foreach (Line line in lines)
            {
                if (!IsMark(line.Number) && isWanted(line.File)) yield return line;
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
        foreach (Inlinee inlinee in Inlinees)
        {
            if (inlinee.Id != id) continue;
            (file, line) = (inlinee.File, inlinee.Line);
            return true;
        }

        file = line = 0;
        return false;
    }

    /// <summary>The functions that were inlined somewhere in the module.</summary>
    public IEnumerable<Inlinee> Inlinees
    {
        get
        {
            foreach ((uint offset, uint length) in _inlinees)
            {
                bool extended = length >= 4 && _stream.ReadUInt32(offset) == 1;
                uint at = offset + 4, end = offset + length;
                while (end - at is >= 12 and <= int.MaxValue)
                {
                    yield return new Inlinee(_stream.ReadUInt32(at), _stream.ReadUInt32(at + 4), _stream.ReadUInt32(at + 8));
                    at += 12;
                    if (!extended) continue;
                    // Further files that the function's lines are in; its annotations name them.
                    uint more = end - at >= 4 ? _stream.ReadUInt32(at) : 0;
                    at += 4;
                    if (at > end || more > (end - at) / 4) break;
                    at += more * 4;
                }
            }
        }
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

    private static bool IsMark(uint number) => number is AlwaysStepInto or NeverStepInto;

    private List<Line> InOrder(Fragment fragment)
    {
        List<Line> lines = [];
        BlockReader blocks = new(_stream, fragment);
        while (blocks.Next())
        {
            foreach (Line line in blocks) lines.Add(line);
        }

        return [.. lines.OrderBy(line => line.Start)];
    }

    /// <summary>Reads a fragment block by block; each block is the lines of one source file.</summary>
    private ref struct BlockReader(MsfStream stream, Fragment fragment)
    {
        private uint _at = fragment.Offset;
        private uint _file;
        private ReadOnlySpan<byte> _entries;

        public bool Next()
        {
            uint end = fragment.Offset + fragment.Bytes;
            if (end - _at < BlockHeaderSize || !stream.TryRead(_at, BlockHeaderSize, out ReadOnlySpan<byte> header)) return false;
            _file = BinaryPrimitives.ReadUInt32LittleEndian(header);
            uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            uint blockBytes = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
            if (blockBytes < BlockHeaderSize || blockBytes > end - _at) return false;
            count = Math.Min(count, (blockBytes - BlockHeaderSize) / LineSize);
            if (!stream.TryRead(_at + BlockHeaderSize, (int)count * LineSize, out _entries)) return false;
            _at += blockBytes;
            return true;
        }

        public readonly LineEnumerator GetEnumerator() => new(_entries, _file, fragment);
    }

    private ref struct LineEnumerator(ReadOnlySpan<byte> entries, uint file, Fragment fragment)
    {
        private ReadOnlySpan<byte> _rest = entries;

        public Line Current { get; private set; }

        public bool MoveNext()
        {
            while (_rest.Length >= LineSize)
            {
                uint offset = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                uint flags = BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]);
                _rest = _rest[LineSize..];
                if (offset >= fragment.Length) continue;
                Current = new Line(file, flags & LineMask, fragment.Start + offset, 0, (flags & StatementFlag) != 0);
                return true;
            }

            return false;
        }
    }
}
