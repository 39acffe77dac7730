namespace NetKd.Symbols.Pdb.Names;

/// <summary>
/// What every name that matches a pattern must contain: the longest identifier of the pattern. A decorated name contains the identifiers of the
/// plain one as they are, so that most names need not be taken apart to know that they do not match.
/// </summary>
internal static class PatternLiteral
{
    // What taking a name apart can put into it that the decorated name does not contain.
    private const string MadeUp =
        "operator new delete co_await __cdecl __clrcall __eabi __fastcall __pascal __stdcall __thiscall __vectorcall __regcall __swiftcall __swiftasynccall__ __attribute__ "
        + "__int8 __int16 __int32 __int64 __int128 __ptr64 __ptr32 __restrict __unaligned signed unsigned char char8_t char16_t char32_t wchar_t short int long float double bool void auto decltype "
        + "nullptr_t std const volatile static virtual extern class struct union enum public protected private noexcept thunk anonymous namespace "
        + "RTTI Type Descriptor Name Base Class Array Hierarchy Complete Object Locator at for string vftable vbtable vcall flat adjustor vtordisp vtordispex typeof udt returning local guard thread "
        + "copy default constructor destructor closure scalar vector deleting iterator eh vbase managed placement virtual displacement map dynamic initializer atexit omni callsig method";

    /// <summary>The longest identifier of a pattern; empty when it has none.</summary>
    public static string Longest(string pattern)
    {
        ReadOnlySpan<char> longest = [];
        int start = 0;
        for (int i = 0; i <= pattern.Length; i++)
        {
            if (i < pattern.Length && (char.IsAsciiLetterOrDigit(pattern[i]) || pattern[i] is '_' or > '\x7f')) continue;
            if (i - start > longest.Length) longest = pattern.AsSpan(start, i - start);
            start = i + 1;
        }

        return longest.ToString();
    }

    /// <summary>True when a plain name may contain it though the decorated one does not: a keyword, an operator, a number, or a part of one.</summary>
    public static bool MayBeMadeUp(string literal) => !literal.AsSpan().ContainsAnyExceptInRange('0', '9') || MadeUp.Contains(literal, StringComparison.OrdinalIgnoreCase);
}
