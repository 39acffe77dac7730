using NetKd.Symbols.Scopes;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>
/// The code of an inlined call and its lines, which S_INLINESITE packs as a program of small numbers (LLVM documentation, "CodeView Symbol
/// Records", binary annotations). Positions count from the start of the enclosing function, lines from the inlined function's first.
/// </summary>
internal static class BinaryAnnotations
{
    // What an annotation does; others, about columns, are passed over.
    private const uint ChangeCodeOffset = 3;
    private const uint ChangeCodeLength = 4;
    private const uint ChangeFile = 5;
    private const uint ChangeLineOffset = 6;
    private const uint ChangeCodeOffsetAndLineOffset = 11;
    private const uint ChangeCodeLengthAndCodeOffset = 12;
    private const int MaxRows = 1 << 16;

    /// <summary>One row: from here on the code is of this line, for a length where the program gives one.</summary>
    internal readonly record struct Row(uint Start, uint Length, uint File, int Line);

    /// <summary>Runs a program. Damaged ones give the rows up to the damage.</summary>
    public static List<Row> Read(ReadOnlySpan<byte> program, uint file)
    {
        List<Row> rows = [];
        uint code = 0;
        int line = 0;
        bool open = false;
        while (rows.Count < MaxRows && TryTake(ref program, out uint operation) && operation != 0)
        {
            if (!TryTake(ref program, out uint first)) break;
            switch (operation)
            {
                case ChangeCodeOffset:
                    Begin(code + first);
                    break;
                case ChangeCodeOffsetAndLineOffset:
                    line += Signed(first >> 4);
                    Begin(code + (first & 15));
                    break;
                case ChangeLineOffset:
                    line += Signed(first);
                    break;
                case ChangeFile:
                    file = first;
                    break;
                case ChangeCodeLength:
                    End(code + first);
                    break;
                case ChangeCodeLengthAndCodeOffset:
                    if (!TryTake(ref program, out uint second)) return rows;
                    Begin(code + second);
                    End(code + first);
                    break;
            }
        }

        return rows;

        void Begin(uint at)
        {
            if (open) End(at);
            rows.Add(new Row(at, 0, file, line));
            code = at;
            open = true;
        }

        void End(uint at)
        {
            if (open && at >= rows[^1].Start) rows[^1] = rows[^1] with { Length = at - rows[^1].Start };
            code = at;
            open = false;
        }
    }

    /// <summary>Rows that touch, joined.</summary>
    public static IReadOnlyList<CodeRange> Ranges(IReadOnlyList<SourceLine> lines)
    {
        List<CodeRange> ranges = [];
        foreach (SourceLine line in lines.OrderBy(l => l.Offset))
        {
            if (line.Length == 0) continue;
            if (ranges.Count > 0 && ranges[^1] is var last && last.Offset + last.Length >= line.Offset)
                ranges[^1] = last with { Length = Math.Max(last.Length, line.Offset + line.Length - last.Offset) };
            else ranges.Add(new CodeRange(line.Offset, line.Length));
        }

        return ranges;
    }

    // The sign is the lowest bit.
    private static int Signed(uint value) => (value & 1) != 0 ? -(int)(value >> 1) : (int)(value >> 1);

    // One, two or four bytes; the first bits say which.
    private static bool TryTake(ref ReadOnlySpan<byte> program, out uint value)
    {
        value = 0;
        if (program.IsEmpty) return false;
        byte first = program[0];
        int length = (first & 0x80) == 0 ? 1 : (first & 0xc0) == 0x80 ? 2 : (first & 0xe0) == 0xc0 ? 4 : 0;
        if (length == 0 || program.Length < length) return false;
        value = length switch
        {
            1 => first,
            2 => (uint)((first & 0x3f) << 8 | program[1]),
            _ => (uint)((first & 0x1f) << 24 | program[1] << 16 | program[2] << 8 | program[3]),
        };
        program = program[length..];
        return true;
    }
}
