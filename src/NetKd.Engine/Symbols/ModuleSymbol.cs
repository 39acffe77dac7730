using NetKd.Engine.Modules;
using NetKd.Symbols;

namespace NetKd.Engine.Symbols;

/// <summary>A symbol of a module.</summary>
/// <param name="Module">The module.</param>
/// <param name="Symbol">The symbol.</param>
public readonly record struct ModuleSymbol(Module Module, Symbol Symbol)
{
    /// <summary>Where it is.</summary>
    public ulong Address => Module.Base + Symbol.Offset;

    /// <summary>module!name.</summary>
    public override string ToString() => $"{Module.Name}!{Symbol.Name}";
}
