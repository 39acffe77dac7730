namespace NetKd.Commands.Expressions;

/// <summary>An integer of the C++ evaluator: its bits and its type.</summary>
public readonly record struct CppValue(ulong Bits, CppIntegerType Type)
{
    /// <summary>True when the value is signed.</summary>
    public bool IsSigned => Type is CppIntegerType.Int or CppIntegerType.Int64;

    /// <summary>The value as <c>??</c> prints it: <c>int 0n3</c>, <c>unsigned int64 0xa0a0</c>.</summary>
    public override string ToString() => Type switch
    {
        CppIntegerType.Bool => Bits != 0 ? "bool true" : "bool false",
        CppIntegerType.Int => $"int 0n{(int)(uint)Bits}",
        CppIntegerType.Int64 => $"int64 0n{unchecked((long)Bits)}",
        CppIntegerType.UnsignedInt => "unsigned int " + Unsigned,
        _ => "unsigned int64 " + Unsigned,
    };

    private string Unsigned => Bits < 10 ? $"{Bits}" : $"0x{Bits:x}";

    /// <summary>A value brought into the range of a type.</summary>
    public static CppValue Of(ulong bits, CppIntegerType type) => type switch
    {
        CppIntegerType.Bool => new CppValue(bits != 0 ? 1UL : 0, type),
        CppIntegerType.Int => new CppValue(unchecked((ulong)(int)bits), type),
        CppIntegerType.UnsignedInt => new CppValue(unchecked((uint)bits), type),
        _ => new CppValue(bits, type),
    };
}
