namespace NetKd.Commands.Disassembly;

/// <summary>The disassembly commands <c>u</c> and <c>ub</c>.</summary>
internal sealed class DisassemblyCommands(CommandSession session) : ICommandGroup
{
    private const int DefaultCount = 8;
    private const int MaxCount = 0x10000;

    public IEnumerable<Command> Commands =>
    [
        new("u", new("u [address [Lcount | end]]", "Disassembles from an address on.", "u @rip L5"), Forwards) { Repeats = true },
        new("ub", new("ub [address [Lcount]]", "Disassembles the instructions before an address.", "ub @rip"), Backwards),
    ];

    private void Forwards(CommandCall call)
    {
        session.RequireStopped();
        ulong address;
        ulong? end = null;
        int count = DefaultCount;
        if (call.Arguments.AtEnd)
        {
            address = session.NextCode ?? session.Client.Registers.InstructionPointer;
        }
        else
        {
            RangeArgument range = ReadRange(call);
            bool isLength = IsLength(call);
            address = range.Address;
            if (range.Count is ulong given && isLength) count = (int)Math.Min(given, MaxCount);
            else if (range.Count is ulong bytes) (end, count) = (unchecked(address + bytes - 1), MaxCount);
        }

        Show(call, address, count, end);
    }

    // The bytes of a page's worth of instructions come with one request; only a longer listing asks again.
    private void Show(CommandCall call, ulong address, int count, ulong? end)
    {
        const int PieceSize = 4096;
        int wanted = end is ulong last ? (int)Math.Min(last - address + 1 + (ulong)session.Disassembler.MaxInstructionLength, PieceSize) : (int)Math.Min((long)count * session.Disassembler.MaxInstructionLength, PieceSize);
        byte[] bytes = new byte[wanted];
        int shown = 0;
        CodeHeadings headings = new(session);
        while (shown < count && !(address > end))
        {
            int read = session.Client.Virtual.Read(address, bytes, call.Cancellation);
            IReadOnlyList<DisassembledLine> lines = session.Disassembler.Decode(address, bytes.AsMemory(0, read), count - shown);
            if (lines.Count == 0)
            {
                session.WriteLine(Disassembler.Unreadable(address, session.Scope.PointerSize));
                throw call.Arguments.ErrorAtEnd("Memory access error");
            }

            foreach (DisassembledLine line in lines)
            {
                call.Cancellation.ThrowIfCancellationRequested();
                if (line.Address > end) break;
                headings.WriteBefore(line.Address);
                session.WriteLine(line.Line);
                session.NextCode = address = line.Next;
                shown++;
            }

            if (lines[^1].Address > end) break;
        }
    }

    private void Backwards(CommandCall call)
    {
        session.RequireStopped();
        ulong end = session.Client.Registers.InstructionPointer;
        int count = DefaultCount;
        if (!call.Arguments.AtEnd)
        {
            end = session.Evaluate(call);
            if (RangeArgument.IsLength(call.Arguments))
            {
                call.Arguments.Position++;
                count = (int)Math.Clamp(session.Masm.Evaluate(call.Arguments), 1, 0x100);
            }

            call.Arguments.ExpectEnd();
        }

        // Some instructions more than wanted: decoding from a wrong place needs a few to fall into step.
        int length = (count + 4) * session.Disassembler.MaxInstructionLength;
        if ((ulong)length > end) length = (int)end;
        ulong start = end - (ulong)length;
        MemoryBlock block = MemoryReader.Read(session.Client, start, length, call.Cancellation);
        int readable = 0;
        while (readable < length && block.IsReadable(length - readable - 1, 1)) readable++;
        ReadOnlySpan<byte> before = block.Slice(length - readable, readable);
        ulong? known = session.Client.Symbols.TryFindNearest(unchecked(end - 1), out NearestSymbol? symbol) && symbol.Name.Length > 0 ? symbol.Address : null;
        IReadOnlyList<ulong> starts = session.Disassembler.FindBackwards(end, before, count, known);
        if (starts.Count == 0) throw call.Arguments.ErrorAtEnd("Memory access error");
        CodeHeadings headings = new(session);
        foreach (ulong address in starts)
        {
            headings.WriteBefore(address);
            int offset = (int)(address - start);
            if (session.Disassembler.DecodeOne(address, block.Slice(offset, length - offset)) is { } line) session.WriteLine(line.Line);
        }

        session.NextCode = starts[0];
    }

    private RangeArgument ReadRange(CommandCall call)
    {
        RangeArgument range = RangeArgument.Read(call.Arguments, session.Masm, 1);
        session.Variables.LastExpression = range.Address;
        call.Arguments.ExpectEnd();
        return range;
    }

    // A count is of instructions, an end address is of bytes: which one it was shows in the text.
    private static bool IsLength(CommandCall call)
    {
        string text = call.Arguments.Text;
        int blank = text.LastIndexOf(' ');
        while (blank > 0 && !(char.ToLowerInvariant(text[Math.Min(blank + 1, text.Length - 1)]) == 'l')) blank = text.LastIndexOf(' ', blank - 1);
        return blank > 0;
    }
}
