using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using NetKd.Engine.DataSpaces;
using NetKd.Engine.Modules;
using NetKd.Symbols;

namespace NetKd.Engine.Symbols;

/// <summary>Names for addresses and addresses for names, from the symbols of the modules.</summary>
public sealed class SymbolNames
{
    private readonly DebugClient _client;

    internal SymbolNames(DebugClient client) => _client = client;

    /// <summary>Finds the nearest name; false for an address outside every module.</summary>
    public bool TryFindNearest(ulong address, [NotNullWhen(true)] out NearestSymbol? symbol)
    {
        symbol = null;
        if (_client.Modules.FindByAddress(address) is not { } module) return false;
        uint offset = (uint)(address - module.Base);
        if (IsUnloadedBreakIn(module, address))
        {
            symbol = new NearestSymbol(module, new Symbol("DbgBreakPointWithStatus", SymbolKind.Export, offset, 0, 0), address, 0);
            return true;
        }

        symbol = module.Symbols is { } symbols && symbols.TryFindNearest(offset, out Symbol found)
            ? new NearestSymbol(module, found, module.Base + found.Offset, offset - found.Offset)
            : new NearestSymbol(module, new Symbol("", SymbolKind.Export, 0, 0, 0), module.Base, offset);
        return true;
    }

    /// <summary>Where the function that holds an address begins; the address itself where no symbol says.</summary>
    public ulong FunctionStart(ulong address) => TryFindNearest(address, out NearestSymbol? symbol) ? symbol.Address : address;

    /// <summary>
    /// True for the place where nearly every break-in stops while the kernel's symbols are not loaded. They are not for its sake: a Windows
    /// kernel's exports are 90 KB, some seventy requests; and its name is known, it has no lines and no variables.
    /// </summary>
    public bool IsUnloadedBreakIn(Module module, ulong address)
    {
        ArgumentNullException.ThrowIfNull(module);
        return module.SymbolStatus == SymbolStatus.Deferred && address == _client.Data.ReadPointer(DebuggerDataField.BreakpointWithStatus);
    }

    /// <summary>The first symbol behind an address in the same module.</summary>
    public bool TryFindNext(ulong address, out ModuleSymbol symbol)
    {
        symbol = default;
        if (_client.Modules.FindByAddress(address) is not { } module || module.Symbols is not { } symbols) return false;
        if (!symbols.TryFindNext((uint)(address - module.Base), out Symbol found)) return false;
        symbol = new ModuleSymbol(module, found);
        return true;
    }

    /// <summary>All names that stand exactly at an address, best first.</summary>
    public IReadOnlyList<ModuleSymbol> FindAt(ulong address)
    {
        if (_client.Modules.FindByAddress(address) is not { } module || module.Symbols is not { } symbols) return [];
        return [.. symbols.FindAt((uint)(address - module.Base)).Select(s => new ModuleSymbol(module, s))];
    }

    /// <summary>Resolves module!name, a bare name in any module, or a module's own name; of several places of one name the first.</summary>
    public bool TryResolve(string name, out ulong address)
    {
        address = 0;
        // A module's own name beats a function of that name, as it does in kd (facts: kd-transcript, ? nt).
        if (!name.Contains('!', StringComparison.Ordinal) && _client.Modules.FindByName(name) is { } module)
        {
            address = module.Base;
            return true;
        }

        IReadOnlyList<ModuleSymbol> found = Find(name);
        if (found.Count == 0) return false;
        address = found[0].Address;
        return true;
    }

    /// <summary>
    /// The places of module!name, or of a bare name: in modules whose symbols are loaded, and only when none has it in the others. Each place
    /// once; several mean that the name is ambiguous.
    /// </summary>
    public IReadOnlyList<ModuleSymbol> Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int bang = name.IndexOf('!', StringComparison.Ordinal);
        if (bang >= 0) return _client.Modules.FindByName(name[..bang]) is { } module ? FindIn(module, name[(bang + 1)..]) : [];
        return _client.Modules.FindLoadedFirst(candidate => FindIn(candidate, name), _client.SymbolLoading.SearchesLoadedOnly);
    }

    /// <summary>All names that match module!pattern, with * and ? as wildcards, letter case not counting.</summary>
    public IEnumerable<ModuleSymbol> Match(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        int bang = pattern.IndexOf('!', StringComparison.Ordinal);
        string modulePattern = bang < 0 ? "*" : pattern[..bang];
        string namePattern = pattern[(bang + 1)..];
        foreach (Module module in _client.Modules.FindMatching(modulePattern))
        {
            if (module.Symbols is not { } symbols) continue;
            foreach (Symbol symbol in symbols.Match(namePattern)) yield return new ModuleSymbol(module, symbol);
        }
    }

    // Linkers make jumps of the name of the function that they lead to; who names the function means the function.
    private static List<ModuleSymbol> FindIn(Module module, string name)
    {
        List<ModuleSymbol> found = [];
        if (module.Symbols is not { } symbols) return found;
        IReadOnlyList<Symbol> candidates = symbols.Find(name);
        bool hasBetter = candidates.Any(s => s.Kind is SymbolKind.Function or SymbolKind.Data);
        foreach (Symbol symbol in candidates)
        {
            if (symbol.Kind is SymbolKind.Constant or SymbolKind.ThreadData) continue;
            if (hasBetter && symbol.Kind is not (SymbolKind.Function or SymbolKind.Data)) continue;
            if (!found.Exists(f => f.Symbol.Offset == symbol.Offset)) found.Add(new ModuleSymbol(module, symbol));
        }

        // An image may export a function under another name than its own, which no PDB has.
        if (found.Count == 0 && module.PdbSymbols is not null && module.Exports is { } exports && exports.TryGet(name, out uint exported))
            found.Add(new ModuleSymbol(module, new Symbol(name, SymbolKind.Export, exported, 0, 0)));
        return found;
    }
}
