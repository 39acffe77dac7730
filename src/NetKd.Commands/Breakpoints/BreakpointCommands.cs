namespace NetKd.Commands.Breakpoints;

/// <summary>The breakpoint commands.</summary>
internal sealed class BreakpointCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("bp", new("bp[id] [/1] [place] [passes] [\"commands\"]", "Sets a breakpoint on an address, a name or a source line; one that no module has yet waits for it.", "bp `main.c:12` \"k;g\""), call => SetCode(call, follows: false)),
        new("bu", new("bu[id] [/1] place [passes] [\"commands\"]", "Sets a breakpoint that follows its name: it waits for its module, and again when that goes.", "bu mydriver!DriverEntry"), call => SetCode(call, follows: true)),
        new("bm", new("bm [/a] [/d] module!pattern [passes] [\"commands\"]", "Sets breakpoints on all functions that match; /a on data too, /d at their addresses only.", "bm nt!Ke*"), SetMatching),
        new("ba", new("ba[id] e|r|w|i size [/1] address [passes] [\"commands\"]", "Sets a processor breakpoint on an access.", "ba w4 @rsp"), SetData),
        new("bl", new("bl [ids]", "Lists breakpoints.", "bl"), List),
        new("bc", new("bc ids | *", "Clears breakpoints.", "bc 0-3"), call => ForEach(call, breakpoint => session.Client.Breakpoints.Remove(breakpoint.Id))),
        new("bd", new("bd ids | *", "Disables breakpoints.", "bd 0"), call => ForEach(call, breakpoint => breakpoint.IsEnabled = false)),
        new("be", new("be ids | *", "Enables breakpoints.", "be 0"), call => ForEach(call, breakpoint => breakpoint.IsEnabled = true)),
        new("bs", new("bs id \"commands\"", "Changes the commands of a breakpoint.", "bs 0 \"k;g\""), SetCommands),
        new(".bpcmds", new(".bpcmds", "Lists the commands that set the present breakpoints.", ".bpcmds"), ListCommands) { IsWord = true },
    ];

    private void SetCode(CommandCall call, bool follows)
    {
        session.RequireStopped();
        int? id = ReadId(call.Arguments);
        bool once = call.Arguments.TryTakeSwitch("/1");
        if (call.Arguments.AtEnd)
        {
            Place(call, new BreakpointPlace(session.Client.Registers.InstructionPointer, null), id, once);
            return;
        }

        Place(call, new BreakpointPlaceReader(session).Read(call, follows), id, once);
    }

    private void Place(CommandCall call, BreakpointPlace place, int? id, bool once)
    {
        Breakpoint? same = place.Address is { } address
            ? session.Client.Breakpoints.FirstOrDefault(b => b is { Kind: BreakpointKind.Code, IsResolved: true } && b.Address == address && b.Id != id)
            : session.Client.Breakpoints.FirstOrDefault(b => !b.IsResolved && b.Location?.Text == place.Location!.Text && b.Id != id);
        if (same is not null && id is null)
        {
            // Two breakpoints at one place are of no use; kd redefines the one that is there.
            session.WriteLine($"breakpoint {same.Id} redefined");
            id = same.Id;
        }

        if (id is int taken) session.Client.Breakpoints.Remove(taken);
        Finish(call, place.AddTo(session.Client.Breakpoints, id), once);
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
        ulong address = arguments.AtEnd ? throw arguments.Error("Missing address: syntax error") : session.Evaluate(call);
        if (id is int taken) session.Client.Breakpoints.Remove(taken);
        Finish(call, session.Client.Breakpoints.AddData(address, size, access, id), once);
    }

    private void SetMatching(CommandCall call)
    {
        session.RequireStopped();
        bool withData = false, fixedAddresses = false;
        call.Arguments.SkipBlanks();
        while (call.Arguments.Current == '/')
        {
            string option = call.Arguments.ReadWord();
            if (option == "/a") withData = true;
            else if (option == "/d") fixedAddresses = true;
            // Parameter lists (/() mean nothing to names without them.
            else if (option != "/(") throw call.Arguments.Error($"Unknown option {option}: syntax error");
            call.Arguments.SkipBlanks();
        }

        string pattern = call.Arguments.ReadWord();
        if (!pattern.Contains('!', StringComparison.Ordinal)) throw call.Arguments.Error("Write module!pattern: syntax error");
        ulong passes = !call.Arguments.AtEnd && call.Arguments.Current != '"' ? session.Evaluate(call) : 1;
        if (passes is 0 or > uint.MaxValue) throw call.Arguments.Error("Range error");
        string? commands = call.Arguments.AtEnd ? null : call.Arguments.ReadQuoted();
        call.Arguments.ExpectEnd();
        bool any = false;
        HashSet<ulong> places = [.. session.Client.Breakpoints.Where(b => b is { Kind: BreakpointKind.Code, IsResolved: true }).Select(b => b.Address)];
        foreach (ModuleSymbol symbol in session.Client.Symbols.Match(pattern).Where(s => withData || SymbolText.IsFunction(s)).ToList())
        {
            any = true;
            if (!places.Add(symbol.Address)) continue;
            string name = $"@!\"{symbol}\"";
            Breakpoint breakpoint = !fixedAddresses && CodeLocation.TryParse(name, out CodeLocation? location)
                ? session.Client.Breakpoints.AddNamed(location, symbol.Address)
                : session.Client.Breakpoints.AddCode(symbol.Address);
            breakpoint.PassCount = (uint)passes;
            breakpoint.Command = commands;
            session.WriteLine($"{breakpoint.Id,3}: {session.Address(symbol.Address)} {name}");
        }

        if (!any) throw call.Arguments.ErrorAtEnd("No matching symbols, couldn't resolve error");
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
        {
            bool hasPlace = session.IsStopped && breakpoint is { Kind: BreakpointKind.Code, IsResolved: true };
            session.WriteLine(BreakpointText.Line(
                breakpoint,
                hasPlace ? session.Names.Describe(breakpoint.Address) : null,
                hasPlace ? session.Names.Line(breakpoint.Address).TrimStart() : "",
                session.Scope.PointerSize));
        }
    }

    private void ListCommands(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        foreach (Breakpoint breakpoint in session.Client.Breakpoints) session.WriteLine(BreakpointText.Recreate(breakpoint, session.Scope.PointerSize));
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
