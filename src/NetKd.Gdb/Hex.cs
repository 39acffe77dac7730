using System.Buffers;

namespace NetKd.Gdb;

/// <summary>Bytes as two hexadecimal digits each, the form of most that the protocol carries.</summary>
internal static class Hex
{
    /// <summary>Value of a digit, -1 for none.</summary>
    public static int Value(int digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => -1,
    };

    /// <summary>The digit of a value.</summary>
    public static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    /// <summary>Decodes as many bytes as both have. Returns how many; a character that is no digit ends it.</summary>
    public static int Decode(ReadOnlySpan<byte> digits, Span<byte> bytes)
    {
        int count = Math.Min(digits.Length / 2, bytes.Length);
        OperationStatus status = Convert.FromHexString(digits[..(2 * count)], bytes[..count], out _, out int done);
        return status == OperationStatus.Done ? count : done;
    }

    /// <summary>Decodes all of it; null when it is no whole number of bytes or has another character.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> digits)
    {
        byte[] bytes = new byte[digits.Length / 2];
        return digits.Length % 2 == 0 && Decode(digits, bytes) == bytes.Length ? bytes : null;
    }

    /// <summary>The digits of some bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>Reads a number in hexadecimal without a prefix, up to the first other character. False for none, or one that does not fit.</summary>
    public static bool TryReadNumber(ref ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        int digits = 0;
        while (digits < text.Length && Value(text[digits]) is >= 0 and var digit)
        {
            if (value >> 60 != 0) return false;
            value = value << 4 | (uint)digit;
            digits++;
        }

        text = text[digits..];
        return digits > 0;
    }
}
