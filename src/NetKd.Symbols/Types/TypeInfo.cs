namespace NetKd.Symbols.Types;

/// <summary>
/// A type of the debugged program, from whatever file describes it: a PDB, BTF, or the debugger's own. Instances belong to a
/// <see cref="TypeTable"/>; what they refer to is read when it is first asked for, so that looking at one structure does not read a kernel.
/// Thread-safe when their table is.
/// </summary>
public abstract class TypeInfo
{
    /// <summary>The name as C and C++ write it: <c>unsigned long</c>, <c>_EPROCESS</c>, <c>_LIST_ENTRY*</c>, <c>wchar_t[16]</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Size in bytes; 0 for void, functions and types that are only declared.</summary>
    public abstract ulong Size { get; }

    /// <summary>The type without const, volatile and bit-field wrappings.</summary>
    public virtual TypeInfo Plain => this;

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}
