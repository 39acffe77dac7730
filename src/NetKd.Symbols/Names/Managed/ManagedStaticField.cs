namespace NetKd.Symbols.Names.Managed;

/// <summary>Where a static field of a C# type is.</summary>
/// <param name="BaseSymbol">The symbol of the structure that holds the type's static fields.</param>
/// <param name="IsIndirect">At that symbol is a pointer to an object that holds them; else they are there themselves.</param>
/// <param name="Offset">Bytes from there.</param>
/// <param name="TypeIndex">Index of the field's type.</param>
public readonly record struct ManagedStaticField(string BaseSymbol, bool IsIndirect, uint Offset, uint TypeIndex);
