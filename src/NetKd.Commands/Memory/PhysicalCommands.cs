namespace NetKd.Commands.Memory;

/// <summary>Physical memory: <c>!db</c> to <c>!dq</c>, <c>!eb</c>, <c>!ed</c>, and the page walk <c>!vtop</c>.</summary>
internal sealed class PhysicalCommands(CommandSession session) : ICommandGroup
{
    private ulong _next;

    public IEnumerable<Command> Commands =>
    [
        Display("!db", "bytes", MemoryUnit.Bytes),
        Display("!dc", "double words and characters", MemoryUnit.DoubleWordsWithText),
        Display("!dd", "double words", MemoryUnit.DoubleWords),
        Display("!dp", "pointers", MemoryUnit.QuadWords),
        Display("!dq", "quad words", MemoryUnit.QuadWords),
        Display("!dw", "words", MemoryUnit.Words),
        Enter("!eb", "bytes", 1),
        Enter("!ed", "double words", 4),
        new("!vtop", new("!vtop directory address", "Translates a virtual address by the page tables; directory 0 means cr3.", "!vtop 0 @rip"), Translate) { IsWord = true },
    ];

    private Command Display(string name, string what, MemoryUnit unit) =>
        new(name, new($"{name} [c|uc|wc] [address] [Lcount]", $"Displays physical memory as {what}.", $"{name} 1000 L10"), call => Show(call, unit)) { IsWord = true, Repeats = true };

    private Command Enter(string name, string what, int size) =>
        new(name, new($"{name} address value ...", $"Writes {what} to physical memory.", $"{name} 1000 11 22"), call =>
        {
            session.RequireStopped();
            ulong address = session.Evaluate(call);
            byte[] bytes = ValueList.Read(call.Arguments, session.Masm, size);
            if (bytes.Length == 0) throw call.Arguments.Error("Missing values: syntax error");
            if (session.Client.Physical.Write(address, bytes) != bytes.Length) throw Unreachable(address, call.Name);
        })
        { IsWord = true };

    private void Show(CommandCall call, MemoryUnit unit)
    {
        session.RequireStopped();
        PhysicalAccess access = ReadAccess(call.Arguments);
        RangeArgument range = call.Arguments.AtEnd
            ? new RangeArgument(_next, null)
            : RangeArgument.Read(call.Arguments, session.Masm, (uint)unit.Size);
        call.Arguments.ExpectEnd();
        int count = (int)Math.Min(range.Count ?? (ulong)unit.DefaultCount, 0x10000);
        byte[] bytes = new byte[count * unit.Size];
        int read = session.Client.Physical.Read(range.Address, bytes, access, call.Cancellation);
        if (read == 0) throw Unreachable(range.Address, call.Name);
        MemoryBlock block = MemoryBlock.FromPrefix(range.Address, bytes.AsSpan(0, read), bytes.Length);
        for (int first = 0; first < count; first += unit.Columns)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            int offset = first * unit.Size;
            // Physical lines begin with # (published transcripts of kd).
            session.WriteLine($"#{range.Address + (ulong)offset,8:x} {MemoryText.Units(block, offset, Math.Min(unit.Columns, count - first), unit, " ")}");
        }

        _next = range.Address + (ulong)bytes.Length;
    }

    private static PhysicalAccess ReadAccess(ArgumentReader arguments)
    {
        foreach ((string flag, PhysicalAccess access) in ((string, PhysicalAccess)[])
            [("[c]", PhysicalAccess.Cached), ("[uc]", PhysicalAccess.Uncached), ("[wc]", PhysicalAccess.WriteCombined)])
        {
            if (arguments.TryTakeSwitch(flag)) return access;
        }

        return PhysicalAccess.Default;
    }

    private void Translate(CommandCall call)
    {
        session.RequireStopped();
        ulong directory = session.Evaluate(call);
        ulong address = session.Evaluate(call);
        call.Arguments.ExpectEnd();
        if (directory == 0)
        {
            if (!session.Client.Registers.TryRead("cr3", out RegisterValue cr3)) throw new CommandException("cr3 cannot be read from this target; give the directory's address.");
            directory = cr3.Low;
        }

        PageWalk walk = new(session.Client.Physical);
        session.WriteLines(walk.Translate(directory, address), call.Cancellation);
    }

    private static CommandException Unreachable(ulong address, string name) =>
        new($"Physical memory at {address:x} cannot be accessed; for device memory say how it is mapped: {name} [c], [uc] or [wc] before the address.");
}
