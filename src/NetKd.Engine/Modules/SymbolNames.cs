using System.IO.Enumeration;

namespace NetKd.Engine.Modules;

/// <summary>The nearest name at or before an address.</summary>
/// <param name="Module">The module that holds the address.</param>
/// <param name="Name">The name, empty when only the module is known.</param>
/// <param name="Address">Where the name stands.</param>
/// <param name="Displacement">Bytes from there to the address.</param>
/// <param name="NextName">The name after it, empty for none.</param>
/// <param name="NextAddress">Where that stands.</param>
public sealed record NearestSymbol(Module Module, string Name, ulong Address, ulong Displacement, string NextName, ulong NextAddress)
{
    /// <summary>module!name+0xdisplacement, as debuggers print it.</summary>
    public override string ToString()
    {
        string name = Name.Length == 0 ? Module.Name : $"{Module.Name}!{Name}";
        return Displacement == 0 ? name : $"{name}+0x{Displacement:x}";
    }
}

/// <summary>Names for addresses and addresses for names, from what the modules' images export.</summary>
public sealed class SymbolNames
{
    private readonly DebugClient _client;

    internal SymbolNames(DebugClient client) => _client = client;

    /// <summary>Finds the nearest name; false for an address outside every module.</summary>
    public bool TryFindNearest(ulong address, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NearestSymbol? symbol)
    {
        symbol = null;
        if (_client.Modules.FindByAddress(address) is not { } module) return false;
        uint offset = (uint)(address - module.Base);
        if (module.SymbolStatus == SymbolStatus.Deferred && address == _client.Data.ReadPointer(DataSpaces.DebuggerDataField.BreakpointWithStatus))
        {
            // Where nearly every break-in stops. A Windows kernel's exports are 90 KB, some seventy requests; this name is known.
            symbol = new NearestSymbol(module, "DbgBreakPointWithStatus", address, 0, "", 0);
            return true;
        }

        if (module.Exports is { } exports && exports.FindAtOrBefore(offset) is var index and >= 0)
        {
            (uint at, string name) = exports.Names[index];
            int next = index + 1;
            while (next < exports.Names.Count && exports.Names[next].Offset == at) next++;
            bool hasNext = next < exports.Names.Count;
            symbol = new NearestSymbol(
                module, name, module.Base + at, offset - at,
                hasNext ? exports.Names[next].Name : "", hasNext ? module.Base + exports.Names[next].Offset : 0);
        }
        else
        {
            symbol = new NearestSymbol(module, "", module.Base, offset, "", 0);
        }

        return true;
    }

    /// <summary>Resolves module!name, a bare name in any module, or a module's own name.</summary>
    public bool TryResolve(string name, out ulong address)
    {
        address = 0;
        int bang = name.IndexOf('!', StringComparison.Ordinal);
        if (bang >= 0)
        {
            if (_client.Modules.FindByName(name[..bang]) is not { } module) return false;
            return TryResolveIn(module, name[(bang + 1)..], out address);
        }

        if (_client.Modules.FindByName(name) is { } named)
        {
            address = named.Base;
            return true;
        }

        foreach (Module module in _client.Modules.All)
        {
            if (TryResolveIn(module, name, out address)) return true;
        }

        return false;
    }

    /// <summary>All names that match module!pattern, with * and ? as wildcards.</summary>
    public IEnumerable<(ulong Address, Module Module, string Name)> Match(string pattern)
    {
        int bang = pattern.IndexOf('!', StringComparison.Ordinal);
        string modulePattern = bang < 0 ? "*" : pattern[..bang];
        string namePattern = pattern[(bang + 1)..];
        foreach (Module module in _client.Modules.All)
        {
            if (!FileSystemName.MatchesSimpleExpression(modulePattern, module.Name) || module.Exports is not { } exports) continue;
            foreach ((uint offset, string name) in exports.Names)
            {
                if (FileSystemName.MatchesSimpleExpression(namePattern, name)) yield return (module.Base + offset, module, name);
            }
        }
    }

    private static bool TryResolveIn(Module module, string name, out ulong address)
    {
        address = 0;
        if (module.Exports is not { } exports || !exports.TryGet(name, out uint offset)) return false;
        address = module.Base + offset;
        return true;
    }
}
