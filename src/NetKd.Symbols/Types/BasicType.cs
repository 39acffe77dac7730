namespace NetKd.Symbols.Types;

/// <summary>A type that consists of nothing else: an integer, a character, void.</summary>
/// <param name="name">As C and C++ write it.</param>
/// <param name="kind">What its bytes mean.</param>
/// <param name="size">Size in bytes.</param>
public sealed class BasicType(string name, BasicKind kind, uint size) : TypeInfo
{
    /// <summary>What its bytes mean.</summary>
    public BasicKind Kind { get; } = kind;

    /// <inheritdoc/>
    public override string Name { get; } = name;

    /// <inheritdoc/>
    public override ulong Size { get; } = size;
}
