namespace NetKd.Commands.Breakpoints;

/// <summary>The breakpoint commands.</summary>
internal sealed class BreakpointCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("bp", new("bp[id] [/1] address [passes] [\"commands\"]", "Sets a breakpoint on an instruction.", "bp nt!KeBugCheckEx \"k;g\""), SetCode),
        new("bu", new("bu[id] [/1] address [passes] [\"commands\"]", "As bp; the name must be known when it is set.", "bu nt!KeBugCheckEx"), SetCode),
        new("bm", new("bm module!pattern [\"commands\"]", "Sets breakpoints on all exports that match.", "bm nt!Ke*"), SetMatching),
        new("ba", new("ba[id] e|r|w|i size [/1] address [passes] [\"commands\"]", "Sets a processor breakpoint on an access.", "ba w4 @rsp"), SetData),
        new("bl", new("bl [ids]", "Lists breakpoints.", "bl"), List),
        new("bc", new("bc ids | *", "Clears breakpoints.", "bc 0-3"), call => ForEach(call, breakpoint => session.Client.Breakpoints.Remove(breakpoint.Id))),
        new("bd", new("bd ids | *", "Disables breakpoints.", "bd 0"), call => ForEach(call, breakpoint => breakpoint.IsEnabled = false)),
        new("be", new("be ids | *", "Enables breakpoints.", "be 0"), call => ForEach(call, breakpoint => breakpoint.IsEnabled = true)),
        new("bs", new("bs id \"commands\"", "Changes the commands of a breakpoint.", "bs 0 \"k;g\""), SetCommands),
        new(".bpcmds", new(".bpcmds", "Lists the commands that set the present breakpoints.", ".bpcmds"), ListCommands) { IsWord = true },
    ];

    private void SetCode(CommandCall call)
    {
        session.RequireStopped();
        int? id = ReadId(call.Arguments);
        bool once = call.Arguments.TryTakeSwitch("/1");
        ulong address = call.Arguments.AtEnd ? session.Client.Registers.InstructionPointer : ReadAddress(call);
        Breakpoint? same = session.Client.Breakpoints.FirstOrDefault(b => b.Kind == BreakpointKind.Code && b.Address == address && b.Id != id);
        if (same is not null && id is null)
        {
            // Two breakpoints at one place are of no use; kd redefines the one that is there.
            session.WriteLine($"breakpoint {same.Id} redefined");
            id = same.Id;
        }

        if (id is int taken) session.Client.Breakpoints.Remove(taken);
        Finish(call, session.Client.Breakpoints.AddCode(address, id), once);
    }

    private void SetData(CommandCall call)
    {
        session.RequireStopped();
        ArgumentReader arguments = call.Arguments;
        int? id = ReadId(arguments);
        arguments.SkipBlanks();
        DataAccess access = char.ToLowerInvariant(arguments.Current) switch
        {
            'e' => DataAccess.Execute,
            'w' => DataAccess.Write,
            'r' => DataAccess.ReadWrite,
            'i' => DataAccess.Io,
            _ => throw arguments.Error("Access type e, r, w or i missing: syntax error"),
        };
        arguments.Position++;
        arguments.SkipBlanks();
        if (arguments.Current is < '1' or > '8') throw arguments.Error("Size 1, 2, 4 or 8 missing: syntax error");
        int size = arguments.Current - '0';
        arguments.Position++;
        bool once = arguments.TryTakeSwitch("/1");
        ulong address = arguments.AtEnd ? throw arguments.Error("Missing address: syntax error") : ReadAddress(call);
        if (id is int taken) session.Client.Breakpoints.Remove(taken);
        Finish(call, session.Client.Breakpoints.AddData(address, size, access, id), once);
    }

    private void SetMatching(CommandCall call)
    {
        session.RequireStopped();
        string pattern = call.Arguments.ReadWord();
        if (!pattern.Contains('!', StringComparison.Ordinal)) throw call.Arguments.Error("Write module!pattern: syntax error");
        string? commands = call.Arguments.AtEnd ? null : call.Arguments.ReadQuoted();
        call.Arguments.ExpectEnd();
        bool any = false;
        foreach ((ulong address, Module module, string name) in session.Client.Symbols.Match(pattern).ToList())
        {
            any = true;
            if (session.Client.Breakpoints.Any(b => b.Kind == BreakpointKind.Code && b.Address == address)) continue;
            Breakpoint breakpoint = session.Client.Breakpoints.AddCode(address);
            breakpoint.Command = commands;
            session.WriteLine($"{breakpoint.Id,3}: {AddressText.Format(address)} @!\"{module.Name}!{name}\"");
        }

        if (!any) throw call.Arguments.ErrorAtEnd("No matching symbols, couldn't resolve error");
    }

    // A name that no loaded module has could be kept until its module comes, as bu does in kd; that needs module load events
    // of every driver and is not there yet, so it is refused instead of never being hit.
    private ulong ReadAddress(CommandCall call)
    {
        int start = call.Arguments.Position;
        try
        {
            return session.Evaluate(call);
        }
        catch (CommandException) when (call.Arguments.Text.AsSpan(start).Contains('!'))
        {
            string name = call.Arguments.Text[start..].Trim().Split(' ')[0];
            throw new CommandException($"Couldn't resolve '{name}': a breakpoint needs a loaded module and an exported name (lm, x); deferred ones are not kept.");
        }
    }

    private void Finish(CommandCall call, Breakpoint breakpoint, bool once)
    {
        try
        {
            breakpoint.IsOneShot = once;
            if (!call.Arguments.AtEnd && call.Arguments.Current != '"')
            {
                ulong passes = session.Evaluate(call);
                if (passes is 0 or > uint.MaxValue) throw call.Arguments.Error("Range error");
                breakpoint.PassCount = (uint)passes;
            }

            if (!call.Arguments.AtEnd) breakpoint.Command = call.Arguments.ReadQuoted();
            call.Arguments.ExpectEnd();
        }
        catch (CommandException)
        {
            session.Client.Breakpoints.Remove(breakpoint.Id);
            throw;
        }
    }

    private void SetCommands(CommandCall call)
    {
        ulong id = session.Masm.Evaluate(call.Arguments);
        Breakpoint breakpoint = session.Client.Breakpoints.Find((int)Math.Min(id, int.MaxValue)) ?? throw new CommandException($"There is no breakpoint {id:x}.");
        string commands = call.Arguments.AtEnd ? "" : call.Arguments.ReadQuoted();
        call.Arguments.ExpectEnd();
        breakpoint.Command = commands.Length > 0 ? commands : null;
    }

    private void List(CommandCall call)
    {
        IEnumerable<Breakpoint> breakpoints = call.Arguments.AtEnd ? session.Client.Breakpoints : ReadSelection(call);
        foreach (Breakpoint breakpoint in breakpoints)
            session.WriteLine(BreakpointText.Line(breakpoint, session.IsStopped && breakpoint.Kind == BreakpointKind.Code ? session.Names.Describe(breakpoint.Address) : null));
    }

    private void ListCommands(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        foreach (Breakpoint breakpoint in session.Client.Breakpoints) session.WriteLine(BreakpointText.Recreate(breakpoint));
    }

    private void ForEach(CommandCall call, Action<Breakpoint> action)
    {
        if (call.Arguments.AtEnd) throw call.Arguments.Error("Say which breakpoints, or * for all: syntax error");
        foreach (Breakpoint breakpoint in ReadSelection(call)) action(breakpoint);
    }

    // "*", "0", "0-3", "0,2", "0 2". Numbers nobody has are passed over, as in kd ("bc 0-3" in facts: kd-transcript).
    private List<Breakpoint> ReadSelection(CommandCall call)
    {
        List<Breakpoint> selected = [];
        if (call.Arguments.TryTake('*'))
        {
            call.Arguments.ExpectEnd();
            return [.. session.Client.Breakpoints];
        }

        while (!call.Arguments.AtEnd)
        {
            int first = ReadNumber(call.Arguments);
            int last = call.Arguments.TryTake('-') ? ReadNumber(call.Arguments) : first;
            if (last < first) throw call.Arguments.Error("Range error");
            selected.AddRange(session.Client.Breakpoints.Where(b => b.Id >= first && b.Id <= last));
            _ = call.Arguments.TryTake(',');
        }

        return selected;
    }

    private static int? ReadId(ArgumentReader arguments) => char.IsAsciiDigit(arguments.Current) ? ReadNumber(arguments) : null;

    private static int ReadNumber(ArgumentReader arguments)
    {
        arguments.SkipBlanks();
        int taken = NumberText.Read(arguments.Rest, 10, out ulong value);
        if (taken <= 0 || value > 9999) throw arguments.Error("Bad breakpoint number: syntax error");
        arguments.Position += taken;
        return (int)value;
    }
}
