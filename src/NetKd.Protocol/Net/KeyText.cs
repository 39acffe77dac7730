namespace NetKd.Protocol.Net;

/// <summary>What is wrong with a key's text.</summary>
public enum KeyTextFault
{
    /// <summary>Nothing: the text is a key.</summary>
    None,
    /// <summary>Fewer than four parts.</summary>
    TooFewParts,
    /// <summary>More than four parts.</summary>
    TooManyParts,
    /// <summary>A part without a digit.</summary>
    EmptyPart,
    /// <summary>A character that is not a base-36 digit.</summary>
    NotADigit,
    /// <summary>More than 13 digits in a part.</summary>
    TooLong,
    /// <summary>A part above 2^64-1, written 3w5e11264sgsf.</summary>
    TooLarge,
}

/// <summary>
/// The text form of a key, as documented: four groups of 1 to 13 base-36 digits, case not counting
/// (facts: kernel-debugging-docs, A.5). Microsoft's engine takes any text, silently putting zeros where it cannot read on; a typing
/// error then looks like a dead target, so this parser refuses and says where.
/// </summary>
public static class KeyText
{
    /// <summary>The most digits of one part.</summary>
    public const int MaxPartDigits = 13;

    /// <summary>The longest text of a key.</summary>
    public const int MaxLength = 4 * MaxPartDigits + 3;

    /// <summary>
    /// Reads a key. On failure <paramref name="part"/> is the number (1 to 4) of the part at fault, and the key is all zero.
    /// </summary>
    public static KeyTextFault TryParse(ReadOnlySpan<char> text, out KdNetKey key, out int part)
    {
        key = default;
        part = 1;
        KdNetKey result = default;
        ulong value = 0;
        int digits = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == '.')
            {
                if (digits == 0) return KeyTextFault.EmptyPart;
                if (part == 1) result.Part0 = value;
                else if (part == 2) result.Part1 = value;
                else if (part == 3) result.Part2 = value;
                else result.Part3 = value;
                if (i == text.Length) break;
                if (part == 4) return KeyTextFault.TooManyParts;
                part++;
                value = 0;
                digits = 0;
                continue;
            }

            int digit = DigitValue(text[i]);
            if (digit < 0) return KeyTextFault.NotADigit;
            if (++digits > MaxPartDigits) return KeyTextFault.TooLong;
            if (value > (ulong.MaxValue - (ulong)digit) / 36) return KeyTextFault.TooLarge;
            value = value * 36 + (ulong)digit;
        }

        if (part != 4) return KeyTextFault.TooFewParts;
        key = result;
        return KeyTextFault.None;
    }

    private static int DigitValue(char c)
    {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'z') return c - 'a' + 10;
        if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
        return -1;
    }
}
