using System.Globalization;

namespace NetKd.SymbolPeers;

/// <summary>Names for addresses and addresses for names, beside Microsoft's dbghelp and llvm-symbolizer.</summary>
public sealed class NamesByDbgHelpTests
{
    private const string NoData = "-";

    [Fact]
    public void Every_address_has_the_name_that_dbghelp_gives()
    {
        Comparison comparison = new("names by address, dbghelp");
        foreach (Subject subject in Subject.All)
        {
            foreach (string[] answer in subject.DbgHelp["addresses"])
            {
                uint offset = Hexadecimal(answer[0]);
                string theirs = answer[1] == NoData ? "none" : $"{answer[4]}+{answer[2]}";
                comparison.Check(subject, offset, OneOf(subject, offset, theirs), theirs);
            }
        }

        comparison.Finish(atLeast: 30000);
    }

    [Fact]
    public void Every_address_has_the_name_that_llvm_symbolizer_gives()
    {
        Comparison comparison = new("names by address, llvm-symbolizer");
        foreach (Subject subject in Subject.All)
        {
            IReadOnlyCollection<uint> offsets = Grid.Of(subject);
            foreach ((uint offset, IReadOnlyList<SymbolizedFrame> frames) in offsets.Zip(Symbolizer.Ask(subject.Program.Image, offsets)))
            {
                string theirs = DemangledName.Plain(frames[^1].Function);
                string[] ours = [.. NamesAt(subject, offset).Select(DemangledName.Plain)];
                comparison.Check(subject, offset, ours.Contains(theirs) ? theirs : ours.FirstOrDefault("none"), theirs);
            }
        }

        comparison.Finish(atLeast: 30000);
    }

    [Fact]
    public void Every_name_has_the_address_that_dbghelp_gives()
    {
        Comparison comparison = new("addresses by name, dbghelp");
        foreach (Subject subject in Subject.All)
        {
            foreach (string[] answer in subject.DbgHelp["names"])
            {
                IReadOnlyList<Symbol> found = subject.Ours.Find(answer[2]);
                string theirs = Place(answer[0]);
                string[] ours = [.. found.Where(s => s.Kind != SymbolKind.Constant).Select(s => s.Offset.ToString("x", CultureInfo.InvariantCulture)).DefaultIfEmpty("none")];
                comparison.Check(subject, answer[2], ours.Contains(theirs) ? theirs : ours[0], theirs);
            }
        }

        comparison.Finish(atLeast: 1300);
    }

    [Fact]
    public void A_pattern_of_everything_lists_what_dbghelp_lists()
    {
        Comparison comparison = new("pattern *, dbghelp");
        foreach (Subject subject in Subject.All)
        {
            HashSet<string> theirs = [.. subject.DbgHelp["symbols"].Select(fields => $"{fields[5]} at {Place(fields[0])}")];
            Symbol[] symbols = [.. subject.Ours.Match("*").Where(s => s.Kind != SymbolKind.Constant)];
            HashSet<string> ours = [.. symbols.Select(Text)];
            comparison.CheckSets(subject, "*", symbols.Where(s => s.Kind != SymbolKind.Public).Select(Text), theirs.Where(t => !ours.Contains(t) ? !ours.Contains("_" + t) : !symbols.Any(s => s.Kind == SymbolKind.Public && Text(s) == t)));
            foreach (string name in symbols.Where(s => s.Kind == SymbolKind.Public).Select(Text)) comparison.Check(subject, "public name", name, theirs.Contains(name) ? name : name[0] == '_' && theirs.Contains(name[1..]) ? name[1..] : "");
        }

        comparison.Finish(atLeast: 2500);
    }

    private static string Text(Symbol symbol) => $"{symbol.Name} at {symbol.Offset:x}";

    // Addresses of variables of threads count from nowhere; the host program took the image's base off them, too.
    private static string Place(string text) =>
        text == NoData ? "none" : (text.Length > 8 ? ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture) + 0x10000000 : Hexadecimal(text)).ToString("x", CultureInfo.InvariantCulture);

    private static uint Hexadecimal(string text) => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // Folded functions have several names, of which either side may choose any.
    private static string OneOf(Subject subject, uint offset, string wanted)
    {
        string[] names = [.. subject.Ours.TryFindNearest(offset, out Symbol nearest) ? NamesAt(subject, offset).Select(name => $"{name}+{offset - nearest.Offset:x}") : ["none"]];
        return names.Contains(wanted) ? wanted : names[0];
    }

    private static IEnumerable<string> NamesAt(Subject subject, uint offset) =>
        subject.Ours.TryFindNearest(offset, out Symbol nearest) ? subject.Ours.FindAt(nearest.Offset).Select(s => s.Name).Prepend(nearest.Name) : [];
}
