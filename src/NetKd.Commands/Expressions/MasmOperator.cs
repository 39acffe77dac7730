using NetKd.Commands.Language;

namespace NetKd.Commands.Expressions;

/// <summary>A binary operator of MASM expressions, in its symbol or word spelling.</summary>
internal readonly record struct MasmOperator(string Spelling, int Precedence, Func<ulong, ulong, ulong> Apply, bool Divides = false)
{
    // Longest spellings first, for ">>>" is not ">>" and ">". Precedence as documented: products, sums, shifts, comparisons, and, xor, or.
    private static readonly MasmOperator[] s_symbols =
    [
        new(">>>", 4, (a, b) => b > 63 ? (ulong)((long)a >> 63) : (ulong)((long)a >> (int)b)),
        new("<<", 4, (a, b) => b > 63 ? 0 : a << (int)b),
        new(">>", 4, (a, b) => b > 63 ? 0 : a >> (int)b),
        new("<=", 3, (a, b) => a <= b ? 1UL : 0),
        new(">=", 3, (a, b) => a >= b ? 1UL : 0),
        new("==", 3, (a, b) => a == b ? 1UL : 0),
        new("!=", 3, (a, b) => a != b ? 1UL : 0),
        new("<", 3, (a, b) => a < b ? 1UL : 0),
        new(">", 3, (a, b) => a > b ? 1UL : 0),
        new("=", 3, (a, b) => a == b ? 1UL : 0),
        new("*", 6, (a, b) => unchecked(a * b)),
        new("/", 6, (a, b) => a / b, Divides: true),
        new("%", 6, (a, b) => a % b, Divides: true),
        new("+", 5, (a, b) => unchecked(a + b)),
        new("-", 5, (a, b) => unchecked(a - b)),
        new("&", 2, (a, b) => a & b),
        new("^", 1, (a, b) => a ^ b),
        new("|", 0, (a, b) => a | b),
    ];

    private static readonly MasmOperator[] s_words =
    [
        new("mod", 6, (a, b) => a % b, Divides: true),
        new("and", 2, (a, b) => a & b),
        new("xor", 1, (a, b) => a ^ b),
        new("or", 0, (a, b) => a | b),
    ];

    /// <summary>Takes the operator at the reader's place, if there is one.</summary>
    public static MasmOperator? Match(ArgumentReader reader)
    {
        reader.SkipBlanks();
        ReadOnlySpan<char> rest = reader.Rest;
        foreach (MasmOperator candidate in s_symbols)
        {
            if (rest.StartsWith(candidate.Spelling, StringComparison.Ordinal))
            {
                reader.Position += candidate.Spelling.Length;
                return candidate;
            }
        }

        foreach (MasmOperator candidate in s_words)
        {
            int length = candidate.Spelling.Length;
            if (rest.StartsWith(candidate.Spelling, StringComparison.OrdinalIgnoreCase) &&
                (rest.Length == length || !NumberText.IsWordCharacter(rest[length])))
            {
                reader.Position += length;
                return candidate;
            }
        }

        return null;
    }
}
