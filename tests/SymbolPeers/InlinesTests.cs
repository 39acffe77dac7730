using System.Globalization;
using NetKd.Symbols.Scopes;

namespace NetKd.SymbolPeers;

/// <summary>The calls that were compiled into their callers, at every address, beside llvm-symbolizer and dbghelp.</summary>
public sealed class InlinesTests
{
    [Fact]
    public void Inlined_calls_and_their_lines_are_those_of_llvm_symbolizer()
    {
        Comparison comparison = new("inlined calls, llvm-symbolizer");
        int nested = 0;
        foreach (Subject subject in Subject.All.Where(s => !s.IsStripped))
        {
            IReadOnlyCollection<uint> offsets = Grid.Of(subject);
            foreach ((uint offset, IReadOnlyList<SymbolizedFrame> frames) in offsets.Zip(Symbolizer.Ask(subject.Program.Image, offsets)))
            {
                if (frames.Count > 2) nested++;
                comparison.Check(subject, offset, Text(Chain(subject.Ours, offset)), Text(frames.SkipLast(1).Select(f => (f.Function, f.Line))));
            }
        }

        comparison.Finish(atLeast: 30000);
        Assert.True(nested > 300, $"Only {nested} addresses were within two inlined calls.");
    }

    [Fact]
    public void Inlined_calls_and_their_lines_are_those_of_dbghelp()
    {
        Comparison comparison = new("inlined calls, dbghelp");
        foreach (Subject subject in Subject.All.Where(s => !s.IsStripped))
        {
            foreach (string[] answer in subject.DbgHelp["inlines"])
            {
                uint offset = uint.Parse(answer[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                comparison.Check(subject, offset, Text(Chain(subject.Ours, offset)), string.Join(" in ", answer.Skip(1)));
            }
        }

        comparison.Finish(atLeast: 30000);
    }

    private static string Text(IEnumerable<(string Name, uint Line)> calls) => string.Join(" in ", calls.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name}:{c.Line}")));

    // The innermost call first, each with its own line.
    private static List<(string Name, uint Line)> Chain(SymbolFile file, uint offset)
    {
        List<(string, uint)> calls = [];
        IReadOnlyList<InlineSite> sites = file.FindFunction(offset)?.InlineSites ?? [];
        while (sites.FirstOrDefault(s => s.Ranges.Any(r => r.Contains(offset))) is { } site)
        {
            calls.Insert(0, (site.Name, site.Lines.LastOrDefault(l => l.Offset <= offset)?.Line ?? 0));
            sites = site.Sites;
        }

        return calls;
    }
}
