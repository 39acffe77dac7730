using System.Diagnostics.CodeAnalysis;
using NetKd.Symbols;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>Types and variables from the symbol files of modules, and the locals of the present scope.</summary>
/// <param name="modules">The modules.</param>
/// <param name="locals">The present scope; null where no function with variables executes.</param>
internal sealed class ModuleTypes(ITypedModules modules, Func<LocalScope?> locals) : ITypeScope
{
    public bool TryFindType(string name, [NotNullWhen(true)] out NamedType? type)
    {
        (IEnumerable<TypedModule> candidates, string plain) = Split(name);
        List<TypedModule> searched = [];
        foreach (TypedModule module in candidates)
        {
            if (module.Symbols.Types is not { } types) continue;
            if (types.TryFind(plain, out TypeInfo? found))
            {
                type = new NamedType(module.Name, found);
                return true;
            }

            searched.Add(module);
        }

        // People type _eprocess; only when no module has the name as it is written, since this looks at every name.
        foreach (TypedModule module in searched)
        {
            if (plain.AsSpan().ContainsAny('*', '?') || module.Symbols.Types!.Match(plain).FirstOrDefault() is not { } found) continue;
            type = new NamedType(module.Name, found);
            return true;
        }

        type = null;
        return false;
    }

    public IEnumerable<NamedType> MatchTypes(string pattern)
    {
        (IEnumerable<TypedModule> candidates, string plain) = Split(pattern);
        foreach (TypedModule module in candidates)
        {
            if (module.Symbols.Types is not { } types) continue;
            foreach (TypeInfo type in types.Match(plain)) yield return new NamedType(module.Name, type);
        }
    }

    /// <summary>Variables and functions whose names match <c>module!pattern</c>.</summary>
    public IEnumerable<(TypedModule Module, Symbol Symbol)> MatchVariables(string pattern)
    {
        (IEnumerable<TypedModule> candidates, string plain) = Split(pattern);
        foreach (TypedModule module in candidates)
        {
            foreach (Symbol symbol in module.Symbols.Match(plain))
            {
                if (symbol.Kind == SymbolKind.Data) yield return (module, symbol);
            }
        }
    }

    public bool TryFindLocal(string name, [NotNullWhen(true)] out TypedValue? value)
    {
        value = null;
        return locals() is { } scope && scope.TryFind(name, out value);
    }

    public bool TryFindGlobal(string name, [NotNullWhen(true)] out TypedValue? value)
    {
        (IEnumerable<TypedModule> candidates, string plain) = Split(name);
        foreach (TypedModule module in candidates)
        {
            if (module.Symbols.Types is not { } types) continue;
            foreach (Symbol symbol in module.Symbols.Find(plain))
            {
                if (symbol.TypeIndex == 0 || symbol.Kind is SymbolKind.ThreadData) continue;
                TypeInfo type = types.Get(symbol.TypeIndex);
                value = symbol.Kind == SymbolKind.Constant ? TypedValue.OfInteger(type, symbol.Value) : TypedValue.InMemory(type, module.Base + symbol.Offset);
                return true;
            }
        }

        value = null;
        return false;
    }

    private (IEnumerable<TypedModule> Modules, string Name) Split(string name)
    {
        int bang = name.IndexOf('!', StringComparison.Ordinal);
        if (bang < 0) return (modules.SearchOrder, name);
        string module = name[..bang];
        if (module.AsSpan().ContainsAny('*', '?')) return (modules.Match(module), name[(bang + 1)..]);
        return (modules.Find(module) is { } found ? [found] : [], name[(bang + 1)..]);
    }
}
