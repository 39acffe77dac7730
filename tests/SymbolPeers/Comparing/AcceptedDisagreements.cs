using System.Text.RegularExpressions;

namespace NetKd.SymbolPeers.Comparing;

/// <summary>
/// All disagreements that are accepted. A comparison fails for any other, and also when one that is listed here no longer occurs: the list is
/// what is true, not what once was.
/// </summary>
internal static partial class AcceptedDisagreements
{
    /// <summary>The list.</summary>
    public static IReadOnlyList<AcceptedDisagreement> All { get; } =
    [
        new("inlined calls, llvm-symbolizer",
            "the calls are the same; llvm-symbolizer 14 gives a call the line that it ends with, not the one it has at the address. dbghelp has our lines.",
            d => WithoutLines(d.Ours) == WithoutLines(d.Theirs)),
        new("lines, llvm-symbolizer",
            "the line is the same; llvm-symbolizer 14 takes the file of a function's first block of lines for all of them. dbghelp has our files.",
            d => LineOf(d.Ours) == LineOf(d.Theirs)),
        new("lines, llvm-symbolizer",
            "the function has no line for its first bytes; llvm-symbolizer gives the first line that comes. dbghelp has none, as we.",
            d => d.Ours == "none"),
        new("names by address, llvm-symbolizer",
            "the compiler's own record calls a deleting destructor by the destructor's name, and so does dbghelp; llvm-symbolizer takes the linker's name.",
            d => d.Theirs.EndsWith("deleting dtor'", StringComparison.Ordinal) || d.Theirs.EndsWith("vbase dtor'", StringComparison.Ordinal)),
        new("names by address, llvm-symbolizer",
            "the compiler's own record names a local class by its function's short name; llvm-symbolizer takes the linker's name.",
            d => d.Theirs.Contains("'::`1'::", StringComparison.Ordinal) && d.Ours.Split("::")[^1] == d.Theirs.Split("::")[^1]),
        new("names by address, llvm-symbolizer",
            "on 32-bit x86 llvm-symbolizer takes an underscore off a name that has two, one of them its own.",
            d => d.Subject.Contains("i686", StringComparison.Ordinal) && d.Ours == "_" + d.Theirs),
        new("names by address, dbghelp",
            "dbghelp takes the underscore off a C name that has one of its own, also where compilers add none (all but 32-bit x86).",
            d => !d.Subject.Contains("i686", StringComparison.Ordinal) && d.Ours == "_" + d.Theirs),
        new("pattern *, dbghelp",
            "dbghelp leaves out names for linking where it knows a symbol of a compiland, and those of literals; we list every name.",
            d => d.Place == "public name" && d.Theirs.Length == 0),
        new("pattern *, dbghelp",
            "we tell a thunk for a virtual base from the function that it leads to: Pure`vtordisp{-4,0}'.",
            d => d.Subject.StartsWith("types", StringComparison.Ordinal) && d.Ours.Length == 0 && (d.Theirs.Contains("::Pure at ", StringComparison.Ordinal) || d.Theirs.Contains("`vector deleting destructor' at ", StringComparison.Ordinal))),
        new("pattern *, dbghelp",
            "we tell the tables of one class's several bases apart: `vftable'{for `Base'}.",
            d => d.Theirs.Contains("table' at ", StringComparison.Ordinal)),
        new("pattern *, dbghelp",
            "the .NET native compiler decorates its statics by half (?name@class@@, without a type): we show them as they are.",
            d => d.Subject == "targetos" && d.Theirs.Contains("STATICS at ", StringComparison.Ordinal)),
        new("pattern *, dbghelp",
            "dbghelp takes the underscore off a C name that has one of its own, also where compilers add none (all but 32-bit x86).",
            d => !d.Subject.Contains("i686", StringComparison.Ordinal) && (d.Ours == "_" + d.Theirs || d.Theirs.StartsWith("_xmm at ", StringComparison.Ordinal) || d.Theirs.StartsWith("_real at ", StringComparison.Ordinal))),
        new("addresses by name, dbghelp",
            "dbghelp takes the + in a name for an addition.",
            d => d.Place.EndsWith("operator+=", StringComparison.Ordinal) && d.Theirs == "none"),
        new("types by name, dbghelp",
            "dbghelp finds by name what has a record in the globals: types without a name and types that are local to functions have none.",
            d => (d.Ours, d.Theirs) == ("found", "none") && (d.Place.StartsWith('<') || d.Place.Contains("::<", StringComparison.Ordinal) || d.Place.StartsWith("Local<", StringComparison.Ordinal) || d.Place.StartsWith("CLocal", StringComparison.Ordinal))),
        new("types by name, dbghelp",
            "dbghelp's interface knows no rvalue references.",
            d => $"{d.Ours}{d.Theirs}".Split(' ') is ["field", "moved" or "temporary", _, "*i4" or "&i4"]),
        new("variables in scope, dbghelp",
            "functions that were folded into one have the variables of each; either side chooses one.",
            d => d.Subject.StartsWith("varied", StringComparison.Ordinal) && $"{d.Ours}{d.Theirs}" is "item *u4" or "item *i4"),
        new("variables in scope, dbghelp",
            "dbghelp leaves out parameters without a name.",
            d => d.Ours.StartsWith(' ') && d.Theirs.Length == 0),
        new("by name, llvm-pdbutil",
            "two constants of one name differ only in their type: we give the first.",
            d => d.Place == "Two"),
        new("pattern *, llvm-pdbutil",
            "two constants of one name differ only in their type: we give the first.",
            d => d.Ours.Length == 0 && d.Theirs.StartsWith("Constant Two ", StringComparison.Ordinal)),
    ];

    private static string WithoutLines(string chain) => LineNumber().Replace(chain, "");

    private static string LineOf(string place) => place[(place.LastIndexOf(':') + 1)..];

    [GeneratedRegex(@":\d+(?= in |$)")]
    private static partial Regex LineNumber();
}
