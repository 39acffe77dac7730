namespace NetKd.Symbols.Types;

/// <summary>Elements of one type in a row.</summary>
/// <param name="types">The table that knows the element.</param>
/// <param name="elementIndex">Index of the element's type.</param>
/// <param name="size">Size of the whole array in bytes.</param>
public sealed class ArrayType(TypeTable types, uint elementIndex, ulong size) : TypeInfo
{
    /// <summary>The element's type.</summary>
    public TypeInfo Element => types.Get(elementIndex);

    /// <summary>How many elements; 0 for a flexible array.</summary>
    public ulong Count => Element.Size == 0 ? 0 : Size / Element.Size;

    /// <inheritdoc/>
    public override string Name => TypeNames.Of(this);

    /// <inheritdoc/>
    public override ulong Size { get; } = size;
}
