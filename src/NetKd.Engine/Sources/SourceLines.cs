using System.Diagnostics.CodeAnalysis;
using NetKd.Engine.Modules;
using NetKd.Symbols;
using NetKd.Symbols.Scopes;

namespace NetKd.Engine.Sources;

/// <summary>Source lines for addresses and addresses for source lines, from the PDBs of the modules.</summary>
public sealed class SourceLines
{
    private readonly DebugClient _client;

    internal SourceLines(DebugClient client) => _client = client;

    /// <summary>False answers every question with nothing (.lines -d).</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>The line of an address; false where no PDB says.</summary>
    public bool TryFind(ulong address, [NotNullWhen(true)] out SourceLocation? location)
    {
        location = null;
        if (!IsEnabled || _client.Modules.FindByAddress(address) is not { } module) return false;
        if (_client.Symbols.IsUnloadedBreakIn(module, address)) return false;
        if (module.PdbSymbols is not { } symbols || !symbols.TryFindLine((uint)(address - module.Base), out SourceLine? line)) return false;
        location = At(module, line);
        return true;
    }

    /// <summary>
    /// The code of a line of a file, named by any trailing part of its path; of the next line with code when it has none. In one module, or in
    /// those with symbols at hand first and, when none of them has the file, in the others.
    /// </summary>
    public IReadOnlyList<SourceLocation> Find(string? module, string file, uint line)
    {
        if (!IsEnabled) return [];
        if (module is { Length: > 0 }) return _client.Modules.FindByName(module) is { } named ? FindIn(named, file, line) : [];
        return _client.Modules.FindLoadedFirst(candidate => FindIn(candidate, file, line), loadedOnly: false);
    }

    private static List<SourceLocation> FindIn(Module module, string file, uint line)
    {
        List<SourceLocation> found = [];
        if (module.PdbSymbols is not { HasLines: true } symbols) return found;
        foreach (SourceLine entry in symbols.FindLines(file, line)) found.Add(At(module, entry));
        return found;
    }

    private static SourceLocation At(Module module, SourceLine line) => new(module, line.File, line.Line, module.Base + line.Offset, line.Length);
}
