using System.Globalization;
using System.Text;

namespace NetKd.Commands.Text;

/// <summary>The lines of <c>.formats</c> (facts: kd-transcript, .formats).</summary>
public static class NumberFormatsText
{
    /// <summary>All representations of a value; on 32-bit targets in 32 bits, where it is sign-extended from no more.</summary>
    public static IEnumerable<string> Lines(ulong value, int pointerSize = 8)
    {
        int bits = pointerSize == 4 && unchecked((long)value == (int)value) ? 32 : 64;
        ulong pattern = bits == 32 ? (uint)value : value;
        yield return "Evaluate expression:";
        yield return $"  Hex:     {AddressText.Format(value, pointerSize)}";
        yield return $"  Decimal: {unchecked((long)value)}";
        yield return $"  Decimal (unsigned) : {pattern}";
        yield return $"  Octal:   {Octal(pattern, bits)}";
        yield return $"  Binary:  {Binary(pattern, bits)}";
        yield return $"  Chars:   {Characters(pattern, bits)}";
        yield return $"  Time:    {(bits == 32 && pattern > int.MaxValue ? "***** Invalid" : Time(pattern))}";
        yield return $"  Float:   low {General(BitConverter.UInt32BitsToSingle((uint)value))} high {General(BitConverter.UInt32BitsToSingle((uint)(value >> 32)))}";
        yield return $"  Double:  {General(BitConverter.UInt64BitsToDouble(value))}";
    }

    /// <summary>A number as C's <c>%g</c> of Microsoft's library prints it: six digits, three in the exponent.</summary>
    public static string General(double value)
    {
        if (double.IsNaN(value)) return double.IsNegative(value) ? "-1.#IND" : "1.#QNAN";
        if (double.IsInfinity(value)) return value < 0 ? "-1.#INF" : "1.#INF";
        if (value == 0) return double.IsNegative(value) ? "-0" : "0";
        string scientific = value.ToString("0.00000e+000", CultureInfo.InvariantCulture);
        int mark = scientific.IndexOf('e', StringComparison.Ordinal);
        int exponent = int.Parse(scientific.AsSpan(mark + 1), CultureInfo.InvariantCulture);
        if (exponent is < -4 or >= 6) return TrimZeros(scientific[..mark]) + scientific[mark..];
        return TrimZeros(value.ToString("F" + Math.Max(0, 5 - exponent), CultureInfo.InvariantCulture));
    }

    private static string TrimZeros(string digits) =>
        digits.Contains('.', StringComparison.Ordinal) ? digits.TrimEnd('0').TrimEnd('.') : digits;

    private static string Octal(ulong value, int bits)
    {
        StringBuilder text = new();
        for (int shift = (bits - 1) / 3 * 3; shift >= 0; shift -= 3) text.Append((char)('0' + (value >> shift & 7)));
        return text.ToString();
    }

    private static string Binary(ulong value, int bits)
    {
        StringBuilder text = new();
        for (int shift = bits - 1; shift >= 0; shift--)
        {
            text.Append((value >> shift & 1) != 0 ? '1' : '0');
            if (shift % 8 == 0 && shift > 0) text.Append(' ');
        }

        return text.ToString();
    }

    private static string Characters(ulong value, int bits)
    {
        StringBuilder text = new();
        for (int shift = bits - 8; shift >= 0; shift -= 8) text.Append(MemoryText.Printable((byte)(value >> shift)));
        return text.ToString();
    }

    // Small values are seconds since 1970; large ones are read as a Windows time, 100-nanosecond units since 1601.
    private static string Time(ulong value)
    {
        if (value <= uint.MaxValue) return TimeText.Seconds(DateTimeOffset.FromUnixTimeSeconds((long)value));
        try
        {
            return value <= long.MaxValue
                ? TimeText.Milliseconds(DateTimeOffset.FromFileTime((long)value).ToUniversalTime())
                : "***** Invalid FILETIME";
        }
        catch (ArgumentOutOfRangeException)
        {
            return "***** Invalid FILETIME";
        }
    }
}
