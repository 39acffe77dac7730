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
/// <param name="isConst">The pointer itself is const.</param>
/// <param name="isVolatile">The pointer itself is volatile.</param>
/// <param name="classIndex">Index of the class that a pointer to a member is for, else 0.</param>
public sealed class PointerType(
    TypeTable types, uint targetIndex, PointerKind kind, uint size, bool isConst = false, bool isVolatile = false, uint classIndex = 0) : TypeInfo
{
    /// <summary>What it points to.</summary>
    public TypeInfo Target => types.Get(targetIndex);

    /// <summary>Pointer or reference.</summary>
    public PointerKind Kind { get; } = kind;

    /// <summary>The pointer itself is const, whatever it points to.</summary>
    public bool IsConst { get; } = isConst;

    /// <summary>The pointer itself is volatile.</summary>
    public bool IsVolatile { get; } = isVolatile;

    /// <summary>The class that a pointer to a member is for, else null.</summary>
    public TypeInfo? Class => classIndex == 0 ? null : types.Get(classIndex);

    /// <inheritdoc/>
    public override string Name => TypeNames.Of(this);

    /// <inheritdoc/>
    public override ulong Size { get; } = size;
}
