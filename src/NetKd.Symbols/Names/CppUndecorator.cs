using NetKd.Symbols.Names.Decoration;

namespace NetKd.Symbols.Names;

/// <summary>
/// Turns the names that linkers use into the names that people write. C++ names are decorated by Microsoft's scheme
/// (<c>?Dot@Point@shapes@@QEBAHAEBU12@@Z</c>); 32-bit x86 decorates C names by their calling convention (<c>_Main@8</c>). A name that is not
/// decorated, or not rightly, is given back as it is. Safe to use from several threads.
/// </summary>
public static class CppUndecorator
{
    /// <summary>Compilers cut names at 4096 characters; a longer one is given back as it is.</summary>
    private const int MaxLength = 4096;

    private const string ImportPrefix = "__imp_";

    /// <summary>
    /// The name alone, with its scopes and template arguments: <c>shapes::Point::Dot</c>, <c>shapes::Shape::`vftable'</c>, <c>Row&lt;int,5&gt;::Sum</c>,
    /// <c>`Main'::`2'::s_counter</c>, <c>`string'</c>. It is how debuggers show it (UNDNAME_NAME_ONLY).
    /// </summary>
    /// <param name="decorated">The linker's name.</param>
    /// <param name="isX86">It is from a 32-bit x86 image, whose C names begin with an underscore.</param>
    public static string Name(string decorated, bool isX86 = false) => Undecorate(decorated, isX86, DecoratedNameStyle.NameOnly);

    /// <summary>
    /// The whole declaration: <c>public: int __cdecl shapes::Point::Dot(struct shapes::Point const &amp;) const</c>. String literals are shown with their text.
    /// </summary>
    /// <param name="decorated">The linker's name.</param>
    /// <param name="isX86">It is from a 32-bit x86 image, whose C names begin with an underscore.</param>
    public static string Declaration(string decorated, bool isX86 = false) => Undecorate(decorated, isX86, DecoratedNameStyle.Declaration);

    private static string Undecorate(string decorated, bool isX86, DecoratedNameStyle style)
    {
        if (decorated.Length is < 2 or > MaxLength) return decorated;
        if (decorated[0] is '?' or '.') return DecoratedName.Undecorate(decorated, style) ?? decorated;
        if (decorated.StartsWith(ImportPrefix + "?", StringComparison.Ordinal))
        {
            return DecoratedName.Undecorate(decorated[ImportPrefix.Length..], style) is { } imported ? ImportPrefix + imported : decorated;
        }

        return CName(decorated, isX86);
    }

    // __cdecl _name, __stdcall _name@8, __fastcall @name@8, on every machine __vectorcall name@@16.
    private static string CName(string decorated, bool isX86)
    {
        int at = decorated.LastIndexOf('@');
        bool hasBytes = at > 0 && at < decorated.Length - 1 && decorated.AsSpan(at + 1).IndexOfAnyExceptInRange('0', '9') < 0;
        if (hasBytes && decorated[at - 1] == '@' && at > 1) return decorated[..(at - 1)];
        if (!isX86) return decorated;
        if (hasBytes && decorated[0] is '_' or '@' && at > 1) return decorated[1..at];
        return decorated[0] == '_' ? decorated[1..] : decorated;
    }
}
