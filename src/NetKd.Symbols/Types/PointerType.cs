namespace NetKd.Symbols.Types;

/// <summary>What an address-like type is in the language.</summary>
public enum PointerKind
{
    /// <summary>A plain pointer.</summary>
    Pointer,
    /// <summary>A C++ lvalue reference.</summary>
    Reference,
    /// <summary>A C++ rvalue reference.</summary>
    RValueReference,
    /// <summary>A C++ pointer to a member; its bytes are no address.</summary>
    MemberPointer,
}

/// <summary>A pointer or reference.</summary>
/// <param name="types">The table that knows what it points to.</param>
/// <param name="targetIndex">Index of what it points to.</param>
/// <param name="kind">Pointer or reference.</param>
/// <param name="size">Size in bytes.</param>
public sealed class PointerType(TypeTable types, uint targetIndex, PointerKind kind, uint size) : TypeInfo
{
    /// <summary>What it points to.</summary>
    public TypeInfo Target => types.Get(targetIndex);

    /// <summary>Pointer or reference.</summary>
    public PointerKind Kind { get; } = kind;

    /// <inheritdoc/>
    public override string Name => TypeNames.Pointer(Target, Kind);

    /// <inheritdoc/>
    public override ulong Size { get; } = size;
}
