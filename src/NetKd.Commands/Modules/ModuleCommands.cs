using System.IO.Enumeration;

namespace NetKd.Commands.Modules;

/// <summary>Modules and names: <c>lm</c>, <c>ln</c>, <c>x</c>, <c>.reload</c>.</summary>
internal sealed class ModuleCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("lm", new("lm[v] [m pattern] [a address]", "Lists modules, v with details.", "lmvm nt"), List),
        new("ln", new("ln address", "Shows the names nearest to an address.", "ln @rip"), Nearest),
        new("x", new("x module!pattern", "Lists exported names.", "x nt!Ke*"), Examine),
        new(".reload", new(".reload", "Reads the target's list of modules again.", ".reload"), Reload) { IsWord = true },
        new("dt", new("dt module!type", "Displays a type; needs PDB symbols, which are not loaded yet.", "dt nt!_EPROCESS"), RefuseType) { IsWord = true },
    ];

    private void List(CommandCall call)
    {
        session.RequireStopped();
        bool details = false;
        string pattern = "*";
        ulong? address = null;
        while (!call.Arguments.AtEnd)
        {
            char letter = call.Arguments.Current;
            call.Arguments.Position++;
            switch (letter)
            {
                case 'v':
                    details = true;
                    break;
                case 'm' or 'M':
                    pattern = call.Arguments.ReadWord();
                    if (pattern.Length == 0) throw call.Arguments.Error("Missing pattern: syntax error");
                    break;
                case 'a':
                    address = session.Evaluate(call);
                    break;
                // Choices among module kinds and columns that a kernel session without PDBs has no use for.
                case 'k' or 'o' or 'l' or 'e' or 'n' or 't' or 'f' or 'i':
                    break;
                default:
                    call.Arguments.Position--;
                    throw call.Arguments.Error("Syntax error");
            }
        }

        session.WriteLine(ModuleText.Heading);
        foreach (Module module in session.Client.Modules.All)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            if (!FileSystemName.MatchesSimpleExpression(pattern, module.Name, ignoreCase: true)) continue;
            if (address is ulong wanted && !module.Contains(wanted)) continue;
            session.WriteLine(ModuleText.Line(module));
            if (details) session.WriteLines(ModuleText.Details(module), call.Cancellation);
        }
    }

    private void Nearest(CommandCall call)
    {
        session.RequireStopped();
        ulong address = session.Evaluate(call);
        call.Arguments.ExpectEnd();
        if (!session.Client.Symbols.TryFindNearest(address, out NearestSymbol? symbol))
            throw new CommandException($"No module is at {AddressText.Format(address)}.");
        string next = symbol.NextName.Length > 0
            ? $"   |  ({AddressText.Format(symbol.NextAddress)})   {symbol.Module.Name}!{symbol.NextName}"
            : "";
        session.WriteLine($"({AddressText.Format(symbol.Address)})   {symbol}{next}");
        if (symbol.Displacement != 0 || symbol.Name.Length == 0) return;
        session.WriteLine("Exact matches:");
        session.WriteLine($"    {AddressNames.Name(symbol)} (<no parameter info>)");
    }

    private void Examine(CommandCall call)
    {
        session.RequireStopped();
        string pattern = call.Arguments.ReadWord();
        call.Arguments.ExpectEnd();
        int bang = pattern.IndexOf('!', StringComparison.Ordinal);
        if (bang < 0) throw call.Arguments.Error("Write module!pattern: syntax error");
        string module = pattern[..bang];
        if (!module.Contains('*', StringComparison.Ordinal) && !module.Contains('?', StringComparison.Ordinal) && session.Client.Modules.FindByName(module) is null)
        {
            // kd quotes up to the module's name and points behind the exclamation mark (facts: kd-transcript, x foo!bar).
            throw new CommandException($"Couldn't resolve 'x {module}'", call.Arguments.Text.IndexOf('!', StringComparison.Ordinal) + 1);
        }

        foreach ((ulong address, Module owner, string name) in session.Client.Symbols.Match(pattern))
        {
            call.Cancellation.ThrowIfCancellationRequested();
            session.WriteLine($"{AddressText.Format(address)} {owner.Name}!{name} (<no parameter info>)");
        }
    }

    private void Reload(CommandCall call)
    {
        session.RequireStopped();
        while (call.Arguments.Current == '/' || !call.Arguments.AtEnd)
        {
            string word = call.Arguments.ReadWord();
            if (!word.StartsWith('/')) throw new CommandException($".reload of one module ({word}) is not there yet; .reload reads the whole list.");
            if (word == "/user") return;
        }

        session.WriteLine(TargetText.Connected(session.Client.Target));
        session.WriteLine("Loading Kernel Symbols");
        session.Client.Modules.Reload(call.Cancellation);
        session.WriteLine($"{session.Client.Modules.All.Count} modules");
    }

    private static void RefuseType(CommandCall call)
    {
        string name = call.Arguments.ReadWord();
        throw new CommandException($"Symbol {name} not found: types need PDB symbols, which this version does not read.");
    }
}
