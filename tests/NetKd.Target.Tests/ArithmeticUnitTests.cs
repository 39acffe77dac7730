using NetKd.Target.Simulation;

namespace NetKd.Target.Tests;

/// <summary>Results and flags of integer arithmetic against values worked out from the Intel SDM by hand.</summary>
public sealed class ArithmeticUnitTests
{
    private const ulong C = RFlags.Carry, P = RFlags.Parity, A = RFlags.Adjust, Z = RFlags.Zero, S = RFlags.Sign, O = RFlags.Overflow;

    [Theory]
    [InlineData(0x7F, 0x01, 1, 0x80, A | S | O)]
    [InlineData(0xFF, 0x01, 1, 0x00, C | P | A | Z)]
    [InlineData(0x80, 0x80, 1, 0x00, C | P | Z | O)]
    [InlineData(0x0F, 0x01, 1, 0x10, A)]
    [InlineData(0x7FFFFFFF, 1, 4, 0x80000000, P | A | S | O)]
    [InlineData(ulong.MaxValue, 1, 8, 0, C | P | A | Z)]
    [InlineData(1, 2, 8, 3, P)]
    public void Addition(ulong a, ulong b, int size, ulong result, ulong expected)
    {
        ulong flags = RFlags.AlwaysSet;
        Assert.Equal(result, ArithmeticUnit.Add(a, b, 0, size, ref flags));
        Assert.Equal(expected | RFlags.AlwaysSet, flags);
    }

    [Theory]
    [InlineData(0x00, 0x01, 1, 0xFF, C | P | A | S)]
    [InlineData(0x80, 0x01, 1, 0x7F, A | O)]
    [InlineData(5, 5, 4, 0, P | Z)]
    [InlineData(0, 0x8000000000000000, 8, 0x8000000000000000, C | P | S | O)]
    [InlineData(0x10, 0x01, 2, 0x0F, P | A)]
    public void Subtraction(ulong a, ulong b, int size, ulong result, ulong expected)
    {
        ulong flags = 0;
        Assert.Equal(result, ArithmeticUnit.Subtract(a, b, 0, size, ref flags));
        Assert.Equal(expected, flags);
    }

    [Fact]
    public void Carry_and_borrow_go_in()
    {
        ulong flags = 0;
        Assert.Equal(0UL, ArithmeticUnit.Add(0xFF, 0, 1, 1, ref flags));
        Assert.Equal(C | P | A | Z, flags);
        Assert.Equal(0xFFUL, ArithmeticUnit.Subtract(0, 0, 1, 1, ref flags));
        Assert.Equal(C | P | A | S, flags);
    }

    [Fact]
    public void Increment_and_decrement_keep_the_carry()
    {
        ulong flags = C;
        Assert.Equal(0x80000000UL, ArithmeticUnit.Increment(0x7FFFFFFF, 4, ref flags));
        Assert.Equal(C | P | A | S | O, flags);
        Assert.Equal(0UL, ArithmeticUnit.Decrement(1, 4, ref flags));
        Assert.Equal(C | P | Z, flags);
    }

    [Theory]
    [InlineData("shl", 0x81, 1, 1, 0x02, C | O)]
    [InlineData("shl", 0x40, 1, 1, 0x80, S | O)]
    [InlineData("shl", 0x01, 32, 4, 0x01, 0UL)]
    [InlineData("shl", 0x01, 63, 8, 0x8000000000000000, P | S)]
    [InlineData("shr", 0x81, 1, 1, 0x40, C | O)]
    [InlineData("shr", 0x03, 2, 4, 0x00, C | P | Z)]
    [InlineData("sar", 0x81, 1, 1, 0xC0, C | P | S)]
    [InlineData("sar", 0x80000000, 31, 4, 0xFFFFFFFF, P | S)]
    public void Shifts(string operation, ulong a, int count, int size, ulong result, ulong expected)
    {
        ulong flags = 0;
        ulong actual = operation switch
        {
            "shl" => ArithmeticUnit.ShiftLeft(a, count, size, ref flags),
            "shr" => ArithmeticUnit.ShiftRight(a, count, size, ref flags),
            _ => ArithmeticUnit.ShiftArithmeticRight(a, count, size, ref flags),
        };
        Assert.Equal(result, actual);
        Assert.Equal(expected, flags);
    }

    [Theory]
    [InlineData(3, 0xFFFFFFFF, 4, 0xFFFFFFFD, false)]
    [InlineData(0x10000, 0x10000, 4, 0, true)]
    [InlineData(0x7FFFFFFFFFFFFFFF, 2, 8, 0xFFFFFFFFFFFFFFFE, true)]
    [InlineData(0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 8, 1, false)]
    public void Multiplication_tells_when_the_product_was_cut(ulong a, ulong b, int size, ulong result, bool cut)
    {
        ulong flags = 0;
        Assert.Equal(result, ArithmeticUnit.Multiply(a, b, size, ref flags));
        Assert.Equal(cut ? C | O : 0, flags & (C | O));
    }
}
