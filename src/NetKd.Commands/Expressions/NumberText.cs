namespace NetKd.Commands.Expressions;

/// <summary>Numbers as the MASM expressions of kernel debuggers write them (facts: kernel-debugging-docs, D.0).</summary>
public static class NumberText
{
    /// <summary>
    /// Reads the longest number at the start of a text: prefixes 0x 0n 0t 0y, suffix h, back quotes between the halves of a 64-bit
    /// number. Returns how many characters it took, 0 when there is no number, -1 when it does not fit into 64 bits.
    /// </summary>
    public static int Read(ReadOnlySpan<char> text, int radix, out ulong value)
    {
        value = 0;
        int start = 0;
        bool prefixed = text.Length > 2 && text[0] == '0';
        if (prefixed)
        {
            int prefixRadix = char.ToLowerInvariant(text[1]) switch { 'x' => 16, 'n' => 10, 't' => 8, 'y' => 2, _ => 0 };
            prefixed = prefixRadix != 0 && Digit(text[2]) < (uint)prefixRadix;
            if (prefixed)
            {
                radix = prefixRadix;
                start = 2;
            }
        }

        if (!prefixed && HexWithSuffix(text) is int length and > 0)
        {
            return Accumulate(text[..length], 0, 16, out value) < 0 ? -1 : length + 1;
        }

        return Accumulate(text, start, radix, out value);
    }

    // "10h" is hexadecimal whatever the radix.
    private static int HexWithSuffix(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && Digit(text[length]) < 16) length++;
        bool ends = length > 0 && length < text.Length && text[length] is 'h' or 'H' &&
                    (length + 1 == text.Length || !IsWordCharacter(text[length + 1]));
        return ends ? length : 0;
    }

    private static int Accumulate(ReadOnlySpan<char> text, int start, int radix, out ulong value)
    {
        value = 0;
        int position = start;
        bool any = false;
        for (; position < text.Length; position++)
        {
            if (text[position] == '`' && any) continue;
            uint digit = Digit(text[position]);
            if (digit >= (uint)radix) break;
            if (value > (ulong.MaxValue - digit) / (ulong)radix) return -1;
            value = value * (ulong)radix + digit;
            any = true;
        }

        while (position > start && text[position - 1] == '`') position--;
        return any ? position : 0;
    }

    /// <summary>Whether a character continues a name or number.</summary>
    public static bool IsWordCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or '`';

    private static uint Digit(char c) => c switch
    {
        >= '0' and <= '9' => (uint)(c - '0'),
        >= 'a' and <= 'f' => (uint)(c - 'a' + 10),
        >= 'A' and <= 'F' => (uint)(c - 'A' + 10),
        _ => uint.MaxValue,
    };
}
