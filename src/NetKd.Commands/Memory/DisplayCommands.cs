namespace NetKd.Commands.Memory;

/// <summary>The memory displays in numbers: <c>db</c> to <c>dq</c>, <c>dyb</c>, and tables of pointers with symbols.</summary>
internal sealed class DisplayCommands(CommandSession session) : ICommandGroup
{
    // Large displays are read in pieces, so that they start at once and can be cancelled.
    private const int PieceSize = 64 * 1024;

    private string _last = "db";

    public IEnumerable<Command> Commands =>
    [
        Display("db", "bytes and characters", MemoryUnit.Bytes),
        Display("dw", "words", MemoryUnit.Words),
        Display("dW", "words and characters", MemoryUnit.WordsWithText),
        Display("dd", "double words", MemoryUnit.DoubleWords),
        Display("dc", "double words and characters", MemoryUnit.DoubleWordsWithText),
        Display("dq", "quad words", MemoryUnit.QuadWords),
        Display("dp", "pointers", null),
        Symbols("dps", "pointers", null),
        Symbols("dds", "double words", 4),
        Symbols("dqs", "quad words", 8),
        Bits("dyb", "bytes", 1),
        Bits("dyd", "double words", 4),
        new("d", new("d [range]", "Displays memory in the form used last.", "d @rsp"), call => Again(call)) { Repeats = true },
    ];

    private Command Display(string name, string what, MemoryUnit? unit) =>
        new(name, Help(name, what), call =>
        {
            _last = name;
            Show(call, unit ?? PointerUnit);
        })
        { Repeats = true };

    private Command Symbols(string name, string what, int? size) =>
        new(name, Help(name, what + " with the symbols they point to"), call =>
        {
            _last = name;
            ShowSymbols(call, size ?? PointerUnit.Size);
        })
        { Repeats = true };

    private Command Bits(string name, string what, int size) =>
        new(name, Help(name, what + " in binary"), call =>
        {
            _last = name;
            ShowBits(call, size);
        })
        { Repeats = true };

    private static CommandHelp Help(string name, string what) =>
        new($"{name} [/c columns] [/p] [range]", $"Displays {what}; /p for physical memory.", $"{name} @rsp L8");

    private MemoryUnit PointerUnit => session.Scope.PointerSize == 8 ? MemoryUnit.QuadWords : MemoryUnit.DoubleWords;

    private void Again(CommandCall call) => Commands.First(command => command.Name == _last).RunAsync(call).GetAwaiter().GetResult();

    private void Show(CommandCall call, MemoryUnit unit)
    {
        (RangeArgument range, int? columns, bool physical) = ReadArguments(call, unit.Size);
        if (columns is int wanted) unit = unit with { Columns = wanted };
        ulong count = range.Count ?? (ulong)unit.DefaultCount;
        InPieces(range.Address, count, unit.Size * unit.Columns, unit.Size, (block, units) =>
            session.WriteLines(MemoryText.Lines(block, units, unit), call.Cancellation), physical, call.Cancellation);
    }

    private void ShowSymbols(CommandCall call, int size)
    {
        (RangeArgument range, _, bool physical) = ReadArguments(call, size);
        ulong count = range.Count ?? 16;
        InPieces(range.Address, count, size, size, (block, units) =>
        {
            for (int i = 0; i < units; i++)
            {
                call.Cancellation.ThrowIfCancellationRequested();
                session.WriteLine(SymbolLine(block, i * size, size));
            }
        }, physical, call.Cancellation);
    }

    private string SymbolLine(MemoryBlock block, int offset, int size)
    {
        string address = session.Address(unchecked(block.Address + (ulong)offset));
        if (!block.IsReadable(offset, size)) return $"{address}  {MemoryText.Unreadable(size)}";
        ReadOnlySpan<byte> bytes = block.Slice(offset, size);
        ulong value = size == 8 ? BitConverter.ToUInt64(bytes) : session.Client.Target.Extend(BitConverter.ToUInt32(bytes));
        return $"{address}  {MemoryText.Value(bytes)} {session.Names.Describe(value)}".TrimEnd();
    }

    private void ShowBits(CommandCall call, int size)
    {
        (RangeArgument range, _, bool physical) = ReadArguments(call, size);
        session.WriteLines(BinaryText.Heading(size), call.Cancellation);
        ulong count = range.Count ?? (ulong)(32 / size);
        InPieces(range.Address, count, 4, size, (block, units) =>
            session.WriteLines(BinaryText.Lines(block, units, size), call.Cancellation), physical, call.Cancellation);
    }

    private (RangeArgument Range, int? Columns, bool Physical) ReadArguments(CommandCall call, int size)
    {
        session.RequireStopped();
        int? columns = null;
        bool physical = false;
        while (true)
        {
            if (call.Arguments.TryTakeSwitch("/p")) physical = true;
            else if (call.Arguments.TryTakeSwitch("/c")) columns = ReadColumns(call);
            else break;
        }

        if (call.Arguments.AtEnd) return (new RangeArgument(session.NextData ?? session.Client.Registers.InstructionPointer, null), columns, physical);
        RangeArgument range = RangeArgument.Read(call.Arguments, session.Masm, (uint)size);
        session.Variables.LastExpression = range.Address;
        call.Arguments.ExpectEnd();
        return (range, columns, physical);
    }

    private int ReadColumns(CommandCall call)
    {
        ulong columns = session.Masm.Evaluate(call.Arguments);
        return columns is > 0 and <= 0x100 ? (int)columns : throw call.Arguments.Error("Range error: 1 to 100 columns");
    }

    private void InPieces(
        ulong address, ulong count, int lineSize, int unitSize, Action<MemoryBlock, int> show, bool physical, CancellationToken cancellation)
    {
        int pieceUnits = Math.Max(1, PieceSize / lineSize) * lineSize / unitSize;
        while (count > 0)
        {
            int units = (int)Math.Min(count, (ulong)pieceUnits);
            MemoryBlock block = MemoryReader.Read(session.Client, address, units * unitSize, cancellation, physical);
            show(block, units);
            address = unchecked(address + (ulong)(units * unitSize));
            session.NextData = address;
            count -= (ulong)units;
        }
    }
}
