using System.Text.RegularExpressions;

namespace NetKd.Symbols.Names.Managed;

/// <summary>Symbols that the compiler makes for a type or method: static fields, tables of virtual methods, unwind data, objects made beforehand.</summary>
internal static partial class CompilerData
{
    private const string UndecoratedTable = "::`vftable'";

    /// <summary>The C# name of such a symbol; null when it is another one.</summary>
    public static ManagedName? Read(string symbol, ManagedNames names)
    {
        // A table of virtual methods, after C++'s decoration was taken off.
        if (symbol.EndsWith(UndecoratedTable, StringComparison.Ordinal)) return Read($"??_7{symbol[..^UndecoratedTable.Length]}@@6B@", names);
        if (symbol.Length == 0 || symbol[0] is not ('?' or '_')) return null;
        if (Statics().Match(symbol) is { Success: true } statics)
        {
            ManagedName owner = names.ReadType(statics.Groups[2].Value).With("__" + statics.Groups[1].Value);
            return statics.Groups[3].Length == 0 ? owner : owner.With(statics.Groups[3].Value);
        }

        if (VirtualTable().Match(symbol) is { Success: true } table)
        {
            ManagedName owner = names.ReadType(table.Groups[2].Value);
            return owner.With(table.Groups[1].Length == 0 ? "`vtable'" : "`boxed vtable'");
        }

        if (Unwind().Match(symbol) is { Success: true } unwind) return names.Read(unwind.Groups[2].Value)?.With("__unwind" + unwind.Groups[1].Value);
        if (Data().Match(symbol) is not { Success: true } data) return null;
        string kind = data.Groups[1].Value, of = data.Groups[2].Value;
        // Objects that were made beforehand are numbered.
        if (kind == "__FrozenObj_") return names.ReadType(of.TrimEnd(s_digits)).With("__FrozenObj" + of[of.TrimEnd(s_digits).Length..]);
        if (names.IsType(of)) return names.ReadType(of).With(kind.TrimEnd('_'));
        return names.Read(of)?.With(kind.TrimEnd('_'));
    }

    private static readonly char[] s_digits = [.. "0123456789"];

    [GeneratedRegex(@"^\?__((?:NON)?GCSTATICS|THREADSTATICS)@(.+)@@(\w*)$")]
    private static partial Regex Statics();

    [GeneratedRegex(@"^\?\?_7(Boxed_)?(.+)@@6B@$")]
    private static partial Regex VirtualTable();

    /// <summary>True for the name of a method's unwind data.</summary>
    public static bool IsUnwindData(string symbol) => Unwind().IsMatch(symbol);

    [GeneratedRegex(@"^_unwind([0-9])(.+)$")]
    private static partial Regex Unwind();

    [GeneratedRegex(@"^(__writableData|__readonlydata_|__FrozenObj_)(.+)$")]
    private static partial Regex Data();
}
