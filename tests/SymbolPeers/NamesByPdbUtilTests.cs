using System.Globalization;

namespace NetKd.SymbolPeers;

/// <summary>Every symbol record of every PDB, as llvm-pdbutil lists them, is found by address and by name.</summary>
public sealed class NamesByPdbUtilTests
{
    [Fact]
    public void Functions_are_found_by_address_with_name_size_and_type()
    {
        Comparison comparison = new("functions by address, llvm-pdbutil");
        foreach (Subject subject in Subject.All)
        {
            foreach (PdbUtilSymbol theirs in subject.PdbUtil.ModuleSymbols.Where(s => s.IsFunction))
            {
                IReadOnlyList<Symbol> here = subject.Ours.FindAt(theirs.Offset!.Value);
                string wanted = Text(theirs.Name, SymbolKind.Function, theirs.Offset.Value, theirs.CodeSize, theirs.TypeIndexOrNone);
                Symbol ours = here.FirstOrDefault(s => Text(s) == wanted, here.FirstOrDefault(s => s.Name == theirs.Name, here.Count > 0 ? here[0] : default));
                comparison.Check(subject, theirs.Name, Text(ours), wanted);
            }
        }

        comparison.Finish(atLeast: 1000);
    }

    [Fact]
    public void Functions_variables_and_constants_are_found_by_name()
    {
        Comparison comparison = new("by name, llvm-pdbutil");
        foreach (Subject subject in Subject.All)
        {
            foreach (PdbUtilSymbol theirs in Named(subject))
            {
                IReadOnlyList<Symbol> found = subject.Ours.Find(theirs.Name);
                string wanted = Text(theirs);
                comparison.Check(subject, theirs.Name, found.Any(s => Text(s) == wanted) ? wanted : string.Join(" or ", found.Select(Text)), wanted);
            }
        }

        comparison.Finish(atLeast: 1400);
    }

    [Fact]
    public void Names_for_linking_are_found_by_name()
    {
        Comparison comparison = new("linker names, llvm-pdbutil");
        foreach (Subject subject in Subject.All)
        {
            foreach (PdbUtilSymbol theirs in subject.PdbUtil.Publics.Where(p => p.Kind == "S_PUB32"))
            {
                IReadOnlyList<Symbol> found = subject.Ours.Find(theirs.Name);
                string wanted = theirs.Offset is { } offset ? offset.ToString("x", CultureInfo.InvariantCulture) : "nowhere";
                comparison.Check(subject, theirs.Name, found.Any(s => s.Offset == theirs.Offset) ? wanted : found.Count == 0 ? "nowhere" : $"{found[0].Offset:x}", wanted);
            }
        }

        comparison.Finish(atLeast: 2000);
    }

    [Fact]
    public void A_pattern_of_everything_lists_everything_once()
    {
        Comparison comparison = new("pattern *, llvm-pdbutil");
        foreach (Subject subject in Subject.All)
        {
            List<Symbol> ours = [.. subject.Ours.Match("*")];
            Assert.Equal(ours.Count, ours.Select(s => (s.Name, s.Offset)).Distinct().Count());
            comparison.CheckSets(subject, "*",
                ours.Where(s => s.Kind is SymbolKind.Function or SymbolKind.Data or SymbolKind.ThreadData or SymbolKind.Constant).Select(Text),
                Named(subject).Where(s => s.Kind != "S_PUB32").Select(Text));
        }

        comparison.Finish(atLeast: 1400);
    }

    // What the globals list; functions by the records of their compilands, to which the globals only refer.
    private static IEnumerable<PdbUtilSymbol> Named(Subject subject) =>
        subject.PdbUtil.ModuleSymbols.Where(s => s.IsFunction).Concat(subject.PdbUtil.Globals.Where(s => Kind(s) is not (null or SymbolKind.Function)));

    private static string Text(PdbUtilSymbol symbol)
    {
        SymbolKind kind = Kind(symbol)!.Value;
        return kind switch
        {
            SymbolKind.Constant => $"Constant {symbol.Name} type {symbol.TypeIndexOrNone:x}",
            // Its place counts within the thread's storage, which begins where its section does.
            SymbolKind.ThreadData => Text(symbol.Name, kind, symbol.OffsetInSection, 0, symbol.TypeIndexOrNone),
            SymbolKind.Function => Text(symbol.Name, kind, symbol.Offset!.Value, symbol.CodeSize, symbol.TypeIndexOrNone),
            _ => Text(symbol.Name, kind, symbol.Offset!.Value, 0, symbol.TypeIndexOrNone),
        };
    }

    private static SymbolKind? Kind(PdbUtilSymbol symbol) => symbol.Kind switch
    {
        "S_GPROC32" or "S_LPROC32" or "S_GPROC32_ID" or "S_LPROC32_ID" => SymbolKind.Function,
        "S_GDATA32" or "S_LDATA32" => SymbolKind.Data,
        "S_GTHREAD32" or "S_LTHREAD32" => SymbolKind.ThreadData,
        "S_CONSTANT" => SymbolKind.Constant,
        _ => null,
    };

    private static string Text(Symbol symbol) => symbol.Kind == SymbolKind.Constant
        ? $"Constant {symbol.Name} type {symbol.TypeIndex:x}"
        : Text(symbol.Name, symbol.Kind, symbol.Offset, symbol.Size, symbol.TypeIndex);

    private static string Text(string? name, SymbolKind kind, uint offset, uint size, uint type) =>
        kind == SymbolKind.Function ? $"{kind} {name} at {offset:x} size {size:x} type {type:x}" : $"{kind} {name} at {offset:x} type {type:x}";
}
