using NetKd.Symbols;

namespace NetKd.Commands.Types;

/// <summary>A module with the file that describes it.</summary>
/// <param name="Name">The name that people type.</param>
/// <param name="Base">Its address.</param>
/// <param name="Symbols">Its names and types.</param>
internal sealed record TypedModule(string Name, ulong Base, SymbolFile Symbols);

/// <summary>The modules whose symbols names are looked up in.</summary>
internal interface ITypedModules
{
    /// <summary>The module of a name, its symbols loaded; null when there is none or it has no symbols.</summary>
    TypedModule? Find(string name);

    /// <summary>The modules in which a name without a module is looked up, in order: the one that executes first.</summary>
    IEnumerable<TypedModule> SearchOrder { get; }

    /// <summary>The modules whose names match a pattern, with symbols loaded.</summary>
    IEnumerable<TypedModule> Match(string pattern);
}
