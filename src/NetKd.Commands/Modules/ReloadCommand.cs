using System.Globalization;

namespace NetKd.Commands.Modules;

/// <summary><c>.reload</c>: the target's module list anew, and the symbols of modules loaded or given back.</summary>
internal sealed class ReloadCommand(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new(".reload", new(
            ".reload [/f] [/i] [/u] [/n] [/o] [/v] [/l] [/user] [module[=address[,size]]]",
            "Reads the target's list of modules again and looks for symbols anew: /f at once, /i also of another build, /u gives them back, /l only lists.",
            ".reload /f nt"), Reload) { IsWord = true },
    ];

    private sealed record Options(bool Loads, bool Unloads, bool AllowsMismatch, bool Details, bool ListsOnly);

    private void Reload(CommandCall call)
    {
        session.RequireStopped();
        Options options = new(false, false, false, false, false);
        while (!call.Arguments.AtEnd && call.Arguments.Current is '/' or '-')
        {
            string word = call.Arguments.ReadWord();
            switch (word[1..])
            {
                case "f":
                    options = options with { Loads = true };
                    break;
                case "u":
                    options = options with { Unloads = true };
                    break;
                case "i":
                    options = options with { AllowsMismatch = true, Loads = true };
                    break;
                case "v":
                    options = options with { Details = true };
                    break;
                case "l":
                    options = options with { ListsOnly = true };
                    break;
                case "user":
                    // The modules of user processes are not followed.
                    session.WriteLine("Loading User Symbols");
                    return;
                // Ways to read the list that make no difference here: d, s and w choose where names come from, n and o concern retries, unl unloaded modules.
                case "d" or "n" or "o" or "s" or "w" or "unl":
                    break;
                default:
                    throw call.Arguments.Error($"Unknown option {word}: syntax error");
            }
        }

        string module = call.Arguments.ReadRest();
        if (options.ListsOnly) session.WriteLines(session.Client.Modules.All.Select(m => ModuleText.Line(m)), call.Cancellation);
        else if (module.Length == 0) ReloadAll(options, call.Cancellation);
        else if (module.Contains('=', StringComparison.Ordinal)) AddModule(module, options, call);
        else ReloadMatching(module, options, call);
    }

    private void ReloadAll(Options options, CancellationToken cancellation)
    {
        if (options.Unloads)
        {
            foreach (Module module in session.Client.Modules.All) module.UnloadSymbols();
            return;
        }

        session.WriteLine(TargetText.Connected(session.Client.Target));
        session.WriteLine("Loading Kernel Symbols");
        session.Client.Modules.Reload(cancellation);
        IReadOnlyList<Module> modules = session.Client.Modules.All;
        foreach (Module module in modules) module.UnloadSymbols(options.AllowsMismatch);
        session.WriteLine($"{modules.Count} modules");
        if (options.Loads) Load(modules, options, cancellation);
        session.Client.ResolveBreakpoints();
    }

    private void ReloadMatching(string pattern, Options options, CommandCall call)
    {
        IReadOnlyList<Module> modules = session.Client.Modules.FindMatching(pattern);
        if (modules.Count == 0 && !options.Unloads)
        {
            session.Client.Modules.Reload(call.Cancellation);
            modules = session.Client.Modules.FindMatching(pattern);
        }

        if (modules.Count == 0) throw new CommandException($"No module is called '{pattern}'; lm lists those there are, and .reload {pattern}=address names one.");
        foreach (Module module in modules)
        {
            module.UnloadSymbols(options.AllowsMismatch);
            if (options.Unloads && module.IsGivenByUser) session.Client.Modules.RemoveByUser(module);
        }

        if (options.Unloads) return;
        // One that was named is wanted: kd loads its symbols at once too.
        Load(modules, options, call.Cancellation);
        session.Client.ResolveBreakpoints();
    }

    private void AddModule(string text, Options options, CommandCall call)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string[] parts = text[(equals + 1)..].Split(',');
        ulong address = session.Masm.Evaluate(parts[0]);
        ulong size = parts.Length > 1 ? session.Masm.Evaluate(parts[1]) : 0;
        if (size > uint.MaxValue || parts.Length > 3) throw call.Arguments.Error("Range error: write module=address,size");
        Module module = session.Client.Modules.AddByUser(text[..equals].Trim(), address, (uint)size);
        module.UnloadSymbols(options.AllowsMismatch);
        if (module.Image is null && size == 0)
            session.WriteLine($"*** {module.Name}: no image headers can be read at {session.Address(address)}; give its size: .reload {text[..equals]}={address.ToString("x", CultureInfo.InvariantCulture)},size");
        if (options.Loads) Load([module], options, call.Cancellation);
        session.Client.ResolveBreakpoints();
    }

    private void Load(IReadOnlyList<Module> modules, Options options, CancellationToken cancellation)
    {
        // All searches first: what has to be downloaded comes at the same time.
        foreach (Module module in modules)
        {
            cancellation.ThrowIfCancellationRequested();
            module.BeginLoadingSymbols();
        }

        for (int i = 0; i < modules.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Module module = modules[i];
            session.Terminal.ShowProgress($"symbols of {module.Name} ({i + 1} of {modules.Count})");
            _ = module.Symbols;
            if (options.Details) session.WriteLine(ModuleText.Line(module));
            else if (module.SymbolStatus is SymbolStatus.Export or SymbolStatus.None && module.SymbolReason.Length > 0)
                session.WriteLine($"*** {module.Name}: {module.SymbolReason}; {(module.SymbolStatus == SymbolStatus.Export ? "its exports are used" : "it has no names")}");
        }

        session.Terminal.ShowProgress(null);
    }
}
