using System.Diagnostics.CodeAnalysis;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>The types and typed variables that a session knows, by the names that people type.</summary>
public interface ITypeScope
{
    /// <summary>A type by <c>module!Name</c> or <c>Name</c>: exact case first, then any case.</summary>
    bool TryFindType(string name, [NotNullWhen(true)] out NamedType? type);

    /// <summary>Types whose names match <c>module!pattern</c> or <c>pattern</c> with * and ?.</summary>
    IEnumerable<NamedType> MatchTypes(string pattern);

    /// <summary>A variable of the present function and block.</summary>
    bool TryFindLocal(string name, [NotNullWhen(true)] out TypedValue? value);

    /// <summary>A variable, constant or function of a module: <c>module!name</c> or <c>name</c>. Only what has a type.</summary>
    bool TryFindGlobal(string name, [NotNullWhen(true)] out TypedValue? value);
}

/// <summary>A type and the module it comes from.</summary>
/// <param name="Module">Name of the module; empty for the language's own types.</param>
/// <param name="Type">The type.</param>
public sealed record NamedType(string Module, TypeInfo Type)
{
    /// <inheritdoc/>
    public override string ToString() => Module.Length == 0 ? Type.Name : $"{Module}!{Type.Name}";
}
