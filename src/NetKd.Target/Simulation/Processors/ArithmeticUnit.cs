using System.Numerics;

namespace NetKd.Target.Simulation;

/// <summary>
/// Integer arithmetic with the flags that x86 sets (Intel SDM volume 1, section 7.3 and the instructions' own pages). Operands are
/// zero-extended to 64 bits; sizes are 1, 2, 4 or 8 bytes. Flags that the manual leaves undefined become zero.
/// </summary>
public static class ArithmeticUnit
{
    /// <summary>All bits of a size.</summary>
    public static ulong Mask(int size) => size == 8 ? ulong.MaxValue : (1UL << (size * 8)) - 1;

    /// <summary>The sign bit of a size.</summary>
    public static ulong SignBit(int size) => 1UL << (size * 8 - 1);

    /// <summary>Widens a value of a size to 64 bits by its sign.</summary>
    public static ulong SignExtend(ulong value, int size)
    {
        int shift = 64 - size * 8;
        return unchecked((ulong)((long)(value << shift) >> shift));
    }

    /// <summary>ADD, and ADC with <paramref name="carry"/> 1.</summary>
    public static ulong Add(ulong a, ulong b, ulong carry, int size, ref ulong flags)
    {
        ulong result = unchecked(a + b + carry) & Mask(size);
        ulong sign = SignBit(size);
        flags = Common(result, size, flags);
        if ((((a & b) | ((a | b) & ~result)) & sign) != 0) flags |= RFlags.Carry;
        if (((a ^ result) & (b ^ result) & sign) != 0) flags |= RFlags.Overflow;
        flags |= (a ^ b ^ result) & RFlags.Adjust;
        return result;
    }

    /// <summary>SUB and CMP, and SBB with <paramref name="borrow"/> 1.</summary>
    public static ulong Subtract(ulong a, ulong b, ulong borrow, int size, ref ulong flags)
    {
        ulong result = unchecked(a - b - borrow) & Mask(size);
        ulong sign = SignBit(size);
        flags = Common(result, size, flags);
        if ((((~a & b) | ((~a | b) & result)) & sign) != 0) flags |= RFlags.Carry;
        if (((a ^ b) & (a ^ result) & sign) != 0) flags |= RFlags.Overflow;
        flags |= (a ^ b ^ result) & RFlags.Adjust;
        return result;
    }

    /// <summary>Flags of AND, OR, XOR and TEST: carry and overflow are cleared.</summary>
    public static ulong Logic(ulong result, int size, ref ulong flags)
    {
        result &= Mask(size);
        flags = Common(result, size, flags);
        return result;
    }

    /// <summary>INC: an addition that leaves the carry alone.</summary>
    public static ulong Increment(ulong a, int size, ref ulong flags)
    {
        ulong carry = flags & RFlags.Carry;
        ulong result = Add(a, 1, 0, size, ref flags);
        flags = (flags & ~RFlags.Carry) | carry;
        return result;
    }

    /// <summary>DEC: a subtraction that leaves the carry alone.</summary>
    public static ulong Decrement(ulong a, int size, ref ulong flags)
    {
        ulong carry = flags & RFlags.Carry;
        ulong result = Subtract(a, 1, 0, size, ref flags);
        flags = (flags & ~RFlags.Carry) | carry;
        return result;
    }

    /// <summary>SHL. A count of zero changes nothing, flags included.</summary>
    public static ulong ShiftLeft(ulong a, int count, int size, ref ulong flags)
    {
        count = MaskCount(count, size);
        if (count == 0) return a;
        int bits = size * 8;
        ulong result = (count < 64 ? a << count : 0) & Mask(size);
        flags = Common(result, size, flags);
        bool carry = count <= bits && (a >> (bits - count) & 1) != 0;
        if (carry) flags |= RFlags.Carry;
        if (count == 1 && ((result & SignBit(size)) != 0) != carry) flags |= RFlags.Overflow;
        return result;
    }

    /// <summary>SHR. A count of zero changes nothing, flags included.</summary>
    public static ulong ShiftRight(ulong a, int count, int size, ref ulong flags)
    {
        count = MaskCount(count, size);
        if (count == 0) return a;
        ulong result = a >> count;
        flags = Common(result, size, flags);
        if ((a >> (count - 1) & 1) != 0) flags |= RFlags.Carry;
        if (count == 1 && (a & SignBit(size)) != 0) flags |= RFlags.Overflow;
        return result;
    }

    /// <summary>SAR. A count of zero changes nothing, flags included.</summary>
    public static ulong ShiftArithmeticRight(ulong a, int count, int size, ref ulong flags)
    {
        count = MaskCount(count, size);
        if (count == 0) return a;
        long wide = unchecked((long)SignExtend(a, size));
        ulong result = unchecked((ulong)(wide >> count)) & Mask(size);
        flags = Common(result, size, flags);
        if ((wide >> (count - 1) & 1) != 0) flags |= RFlags.Carry;
        return result;
    }

    /// <summary>IMUL with two or three operands: carry and overflow tell that the product was cut.</summary>
    public static ulong Multiply(ulong a, ulong b, int size, ref ulong flags)
    {
        long left = unchecked((long)SignExtend(a, size));
        long right = unchecked((long)SignExtend(b, size));
        long high = Math.BigMul(left, right, out long low);
        bool cut = size == 8 ? high != low >> 63 : unchecked((long)SignExtend(unchecked((ulong)low), size)) != low;
        ulong result = unchecked((ulong)low) & Mask(size);
        flags = Common(result, size, flags);
        if (cut) flags |= RFlags.Carry | RFlags.Overflow;
        return result;
    }

    // Counts are taken modulo 32, or 64 for 64-bit operands.
    private static int MaskCount(int count, int size) => count & (size == 8 ? 0x3F : 0x1F);

    private static ulong Common(ulong result, int size, ulong flags)
    {
        flags &= ~RFlags.Arithmetic;
        if (result == 0) flags |= RFlags.Zero;
        if ((result & SignBit(size)) != 0) flags |= RFlags.Sign;
        if (BitOperations.PopCount(result & 0xFF) % 2 == 0) flags |= RFlags.Parity;
        return flags;
    }
}
