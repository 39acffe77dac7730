using System.Globalization;
using NetKd.Commands.Language;
using NetKd.Commands.Types;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Expressions;

/// <summary>Numbers as C++ writes them, with the debugger's prefixes 0n, 0t and 0y.</summary>
internal static class CppLiteral
{
    /// <summary>Reads the number at the reader's place.</summary>
    public static TypedValue Read(ArgumentReader reader)
    {
        return FloatLength(reader) is int length ? Float(reader, length) : Integer(reader);
    }

    private static TypedValue Integer(ArgumentReader reader)
    {
        bool octal = reader.Current == '0' && char.IsAsciiDigit(reader.Peek(1));
        bool decimalDigits = reader.Current != '0' || !char.IsAsciiLetter(reader.Peek(1));
        int taken = NumberText.Read(reader.Rest, octal ? 8 : 10, out ulong value);
        if (taken < 0) throw reader.Error("Overflow error");
        if (octal && char.IsAsciiDigit(reader.Peek(taken))) throw reader.Error("8 and 9 are no digits of an octal number: syntax error");
        reader.Position += taken;
        bool unsigned = false;
        int longs = 0;
        while (char.ToLowerInvariant(reader.Current) is 'u' or 'l')
        {
            if (reader.Current is 'u' or 'U') unsigned = true;
            else longs++;
            reader.Position++;
        }

        if (reader.Rest.StartsWith("i64", StringComparison.OrdinalIgnoreCase))
        {
            longs = 2;
            reader.Position += 3;
        }

        return TypedValue.OfInteger(TypeOf(value, unsigned, longs, decimalDigits && !octal), value);
    }

    // The first type of the standard's list that holds the value; a decimal number without a suffix never becomes unsigned before 64 bits.
    private static BasicType TypeOf(ulong value, bool unsigned, int longs, bool isDecimal)
    {
        if (longs < 2 && value <= int.MaxValue && !unsigned) return BuiltInTypes.Int;
        if (longs < 2 && value <= uint.MaxValue && (unsigned || !isDecimal)) return BuiltInTypes.UnsignedInt;
        return unsigned || value > long.MaxValue ? BuiltInTypes.UnsignedInt64 : BuiltInTypes.Int64;
    }

    private static TypedValue Float(ArgumentReader reader, int length)
    {
        if (!double.TryParse(reader.Rest[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) throw reader.Error("Syntax error");
        reader.Position += length;
        if (reader.Current is not ('f' or 'F')) return TypedValue.OfFloat(BuiltInTypes.Double, number);
        reader.Position++;
        return TypedValue.OfFloat(BuiltInTypes.Float, number);
    }

    // Digits with a point or an exponent; null for an integer.
    private static int? FloatLength(ArgumentReader reader)
    {
        if (reader.Current == '0' && char.ToLowerInvariant(reader.Peek(1)) is 'x' or 'n' or 't' or 'y') return null;
        int length = 0;
        bool isFloat = false;
        while (char.IsAsciiDigit(reader.Peek(length))) length++;
        if (reader.Peek(length) == '.')
        {
            isFloat = true;
            length++;
            while (char.IsAsciiDigit(reader.Peek(length))) length++;
        }

        if (reader.Peek(length) is 'e' or 'E')
        {
            int digits = length + 1;
            if (reader.Peek(digits) is '+' or '-') digits++;
            if (char.IsAsciiDigit(reader.Peek(digits)))
            {
                isFloat = true;
                length = digits;
                while (char.IsAsciiDigit(reader.Peek(length))) length++;
            }
        }

        return isFloat ? length : null;
    }
}
