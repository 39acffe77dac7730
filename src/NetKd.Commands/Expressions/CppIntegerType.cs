namespace NetKd.Commands.Expressions;

/// <summary>The integer types of the C++ evaluator, in the order of the usual arithmetic conversions.</summary>
public enum CppIntegerType
{
    /// <summary>The result of a comparison.</summary>
    Bool,
    /// <summary>32 bits, signed.</summary>
    Int,
    /// <summary>32 bits, unsigned.</summary>
    UnsignedInt,
    /// <summary>64 bits, signed.</summary>
    Int64,
    /// <summary>64 bits, unsigned: registers and pseudo-registers.</summary>
    UnsignedInt64,
}
