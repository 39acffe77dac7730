namespace NetKd.Symbols.Types;

/// <summary>An enumeration.</summary>
public abstract class EnumType : TypeInfo
{
    /// <summary>The integer that holds it.</summary>
    public abstract TypeInfo Underlying { get; }

    /// <summary>Its names and values in the order of their declaration; read at the first use.</summary>
    public abstract IReadOnlyList<EnumValue> Values { get; }

    /// <inheritdoc/>
    public override ulong Size => Underlying.Size;
}

/// <summary>One name of an enumeration.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value, sign-extended to 64 bits.</param>
public sealed record EnumValue(string Name, long Value);
