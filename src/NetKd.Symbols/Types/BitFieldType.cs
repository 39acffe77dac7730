namespace NetKd.Symbols.Types;

/// <summary>Some bits of an integer.</summary>
/// <param name="types">The table that knows the integer.</param>
/// <param name="index">Index of the integer's type.</param>
/// <param name="position">First bit, from the least significant.</param>
/// <param name="length">How many bits.</param>
public sealed class BitFieldType(TypeTable types, uint index, int position, int length) : TypeInfo
{
    /// <summary>The integer's type.</summary>
    public TypeInfo Underlying => types.Get(index);

    /// <summary>First bit, from the least significant.</summary>
    public int Position { get; } = position;

    /// <summary>How many bits, 1 to 64.</summary>
    public int Length { get; } = length;

    /// <inheritdoc/>
    public override string Name => $"{Underlying.Name}:{Length}";

    /// <inheritdoc/>
    public override ulong Size => Underlying.Size;

    /// <inheritdoc/>
    public override TypeInfo Plain => Underlying.Plain;
}
