namespace NetKd.Symbols.Types;

/// <summary>A type with const or volatile.</summary>
/// <param name="types">The table that knows the type.</param>
/// <param name="index">Index of the type without them.</param>
/// <param name="isConst">It is const.</param>
/// <param name="isVolatile">It is volatile.</param>
public sealed class ModifiedType(TypeTable types, uint index, bool isConst, bool isVolatile) : TypeInfo
{
    /// <summary>The type without them.</summary>
    public TypeInfo Underlying => types.Get(index);

    /// <summary>It is const.</summary>
    public bool IsConst { get; } = isConst;

    /// <summary>It is volatile.</summary>
    public bool IsVolatile { get; } = isVolatile;

    /// <inheritdoc/>
    public override string Name => (IsConst ? "const " : "") + (IsVolatile ? "volatile " : "") + Underlying.Name;

    /// <inheritdoc/>
    public override ulong Size => Underlying.Size;

    /// <inheritdoc/>
    public override TypeInfo Plain => Underlying.Plain;
}
