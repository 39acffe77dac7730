using System.IO.Enumeration;

namespace NetKd.Commands.Modules;

/// <summary>The list of modules: <c>lm</c>.</summary>
internal sealed class ModuleCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("lm", new(
            "lm[v][o][l][e][u][k][c][1m][sm][i|f|n|p|t] [a address] [m|M pattern]",
            "Lists modules and where their symbols come from; v with details, l those with symbols, e those without good ones, 1m names only, sm by name, t with times, f with paths.",
            "lm vm nt"), List),
    ];

    private void List(CommandCall call)
    {
        session.RequireStopped();
        ModuleListOptions options = ModuleListOptions.Read(call, session);
        IEnumerable<Module> modules = session.Client.Modules.All.Where(m => Matches(m, options));
        if (options.SortsByName) modules = modules.OrderBy(m => m.Name, StringComparer.OrdinalIgnoreCase);
        if (!options.NamesOnly) session.WriteLine(ModuleText.Heading(session.Scope.PointerSize));
        foreach (Module module in modules)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            session.WriteLine(options.NamesOnly ? module.Name : ModuleText.Line(module, options.Column, options.ShowsChecksum));
            if (options.ShowsDetails && !options.NamesOnly) session.WriteLines(ModuleText.Details(module), call.Cancellation);
        }
    }

    private static bool Matches(Module module, ModuleListOptions options)
    {
        if (options.UserModeOnly) return false;
        if (options.Address is ulong address && !module.Contains(address)) return false;
        if (!FileSystemName.MatchesSimpleExpression(options.NamePattern, module.Name)) return false;
        if (options.PathPattern is { } path && !FileSystemName.MatchesSimpleExpression(path, module.FullPath.Replace('\\', '/'))) return false;
        if (options.LoadedSymbolsOnly && module.SymbolStatus is SymbolStatus.Deferred or SymbolStatus.None) return false;
        return !options.ProblemsOnly || module.SymbolStatus is SymbolStatus.Export or SymbolStatus.None || module.IsSymbolMismatch;
    }
}
