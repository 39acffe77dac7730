namespace NetKd.Commands.Modules;

/// <summary>How symbols are looked for: <c>.symopt</c>, <c>!sym</c>, <c>!chksym</c>.</summary>
internal sealed class SymbolOptionCommands(CommandSession session) : ICommandGroup
{
    // By their documented values (Microsoft Learn, "Setting Symbol Options"). Those that are fixed here tell how this debugger works.
    private static readonly (uint Value, string Name, bool IsFixed)[] s_options =
    [
        (0x1, "SYMOPT_CASE_INSENSITIVE", true),
        (0x2, "SYMOPT_UNDNAME", true),
        (0x4, "SYMOPT_DEFERRED_LOADS", true),
        (0x10, "SYMOPT_LOAD_LINES", false),
        (0x40, "SYMOPT_LOAD_ANYTHING", false),
        (0x100, "SYMOPT_NO_UNQUALIFIED_LOADS", false),
        (0x10000, "SYMOPT_AUTO_PUBLICS", true),
        (0x80000, "SYMOPT_NO_PROMPTS", true),
        (0x80000000, "SYMOPT_DEBUG", false),
    ];

    public IEnumerable<Command> Commands =>
    [
        new(".symopt", new(".symopt[+|-] [flags]", "Shows or sets symbol options: 10 source lines, 40 PDBs of other builds, 100 bare names in loaded symbols only, 80000000 noisy.", ".symopt+ 40"), call => Set(call, null)) { IsWord = true },
        new(".symopt+", new(".symopt+ flags", "Turns symbol options on.", ".symopt+ 40"), call => Set(call, true)) { IsWord = true },
        new(".symopt-", new(".symopt- flags", "Turns symbol options off.", ".symopt- 40"), call => Set(call, false)) { IsWord = true },
        new("!sym", new("!sym [noisy | quiet | prompts [off]]", "Tells every place where symbols are looked for, or no longer.", "!sym noisy"), SetNoise) { IsWord = true },
        new("!chksym", new("!chksym module [pdb]", "Tells which symbols belong to a module, and whether those that it has are right.", "!chksym nt"), Check) { IsWord = true },
    ];

    private void Set(CommandCall call, bool? on)
    {
        if (!call.Arguments.AtEnd)
        {
            ulong flags = session.Evaluate(call);
            call.Arguments.ExpectEnd();
            SymbolLoading loading = session.Client.SymbolLoading;
            uint wanted = on switch { null => (uint)flags, true => Present() | (uint)flags, false => Present() & ~(uint)flags };
            session.Client.SourceLines.IsEnabled = (wanted & 0x10) != 0;
            loading.SearchesLoadedOnly = (wanted & 0x100) != 0;
            loading.IsNoisy = (wanted & 0x80000000) != 0;
            bool any = (wanted & 0x40) != 0;
            if (any != loading.AllowsMismatch)
            {
                loading.AllowsMismatch = any;
                loading.LookAgain();
            }

            if ((wanted ^ Present()) is not 0 and uint refused)
                session.WriteLine($"0x{refused:x} cannot be changed here; 10, 40, 100 and 80000000 can.");
        }

        uint present = Present();
        session.WriteLine($"Symbol options are 0x{present:x}:");
        foreach ((uint value, string name, _) in s_options)
        {
            if ((present & value) != 0) session.WriteLine($"  0x{value:x8} - {name}");
        }
    }

    private uint Present()
    {
        uint fixedOnes = (uint)s_options.Where(o => o.IsFixed).Sum(o => o.Value);
        SymbolLoading loading = session.Client.SymbolLoading;
        return fixedOnes
            | (session.Client.SourceLines.IsEnabled ? 0x10u : 0)
            | (loading.AllowsMismatch ? 0x40u : 0)
            | (loading.SearchesLoadedOnly ? 0x100u : 0)
            | (loading.IsNoisy ? 0x80000000 : 0);
    }

    private void SetNoise(CommandCall call)
    {
        string word = call.Arguments.ReadWord();
        SymbolLoading loading = session.Client.SymbolLoading;
        switch (word)
        {
            case "noisy":
                loading.IsNoisy = true;
                break;
            case "quiet":
                loading.IsNoisy = false;
                break;
            case "prompts":
                // Servers are never asked for a password interactively; credentials belong into the path.
                session.WriteLine("quiet mode - symbol prompts off");
                _ = call.Arguments.ReadWord();
                return;
            case "":
                break;
            default:
                throw call.Arguments.Error("!sym noisy, quiet or prompts: syntax error");
        }

        call.Arguments.ExpectEnd();
        session.WriteLine($"{(loading.IsNoisy ? "noisy" : "quiet")} mode - symbol prompts off");
    }

    private void Check(CommandCall call)
    {
        session.RequireStopped();
        string name = call.Arguments.ReadWord();
        if (name.Length == 0) throw call.Arguments.Error("Say which module: syntax error");
        call.Arguments.ExpectEnd();
        Module module = ImageCommands.FindModule(session, name);
        session.WriteLine($"{module.ImageName}");
        session.WriteLine($"    Timestamp: {module.Timestamp:X8}");
        session.WriteLine($"  SizeOfImage: {module.Size:X}");
        session.WriteLine($"          pdb: {module.Pdb?.FileName ?? "none named"}");
        if (module.Pdb is { } pdb)
        {
            session.WriteLine($"      pdb sig: {(pdb.Signature is uint old ? $"{old:X8}" : pdb.Guid.ToString().ToUpperInvariant())}");
            session.WriteLine($"          age: {pdb.Age:x}");
        }
        else if (module.DebugDirectory?.Problem is { } problem)
        {
            session.WriteLine($"               {problem}");
        }

        session.WriteLine();
        string? path = module.PdbSymbols?.Path;
        if (path is null) session.WriteLine($"{module.Name} has no PDB: {module.SymbolReason}");
        else if (module.IsSymbolMismatch) session.WriteLine($"{path} does not match {module.ImageName}: {module.SymbolReason}");
        else session.WriteLine($"{path} matches {module.ImageName}");
    }
}
