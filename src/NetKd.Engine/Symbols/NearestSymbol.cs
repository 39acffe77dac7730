using NetKd.Engine.Modules;
using NetKd.Symbols;

namespace NetKd.Engine.Symbols;

/// <summary>The nearest name at or before an address.</summary>
/// <param name="Module">The module that holds the address.</param>
/// <param name="Symbol">The symbol; its name is empty when only the module is known.</param>
/// <param name="Address">Where the name stands.</param>
/// <param name="Displacement">Bytes from there to the address.</param>
public sealed record NearestSymbol(Module Module, Symbol Symbol, ulong Address, ulong Displacement)
{
    /// <summary>The name, empty when only the module is known.</summary>
    public string Name => Symbol.Name;

    /// <summary>module!name, as debuggers print it; the module's name alone when there is no other.</summary>
    public string QualifiedName => Name.Length == 0 ? Module.Name : $"{Module.Name}!{Name}";

    /// <summary>module!name+0xdisplacement, as debuggers print it.</summary>
    public override string ToString() => Displacement == 0 ? QualifiedName : $"{QualifiedName}+0x{Displacement:x}";
}
