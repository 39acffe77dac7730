using System.Globalization;
using NetKd.SymbolPeers.DbgHelp;
using NetKd.Symbols.Scopes;

namespace NetKd.SymbolPeers;

/// <summary>Source lines of every address, beside llvm-pdbutil's entries, llvm-symbolizer and dbghelp.</summary>
public sealed class LinesTests
{
    [Fact]
    public void Every_line_entry_is_found_by_address()
    {
        Comparison comparison = new("line entries, llvm-pdbutil");
        foreach (Subject subject in Subject.All)
        {
            // Of entries at one place the last one counts in its block: those before have no code. Folded functions have a block each.
            foreach (IGrouping<uint, PdbUtilLine> place in subject.PdbUtil.Lines.GroupBy(l => l.Offset))
            {
                string ours = subject.Ours.TryFindLine(place.Key, out SourceLine? line) ? $"{line.File}:{line.Line} from {line.Offset:x}" : "none";
                string[] theirs = [.. place.Select(l => $"{l.File}:{l.Line} from {l.Offset:x}")];
                comparison.Check(subject, place.Key, ours, theirs.Contains(ours) ? ours : string.Join(" or ", theirs));
            }
        }

        comparison.Finish(atLeast: 5000);
    }

    [Fact]
    public void Every_line_leads_to_its_code()
    {
        Comparison comparison = new("code of lines, llvm-pdbutil");
        foreach (Subject subject in Subject.All)
        {
            foreach (IGrouping<(string File, uint Line), PdbUtilLine> line in WithCode(subject.PdbUtil.Lines).GroupBy(l => (l.File, l.Line)))
            {
                string place = string.Create(CultureInfo.InvariantCulture, $"{line.Key.File}:{line.Key.Line}");
                // Calls that were compiled into others are lines too, which llvm-pdbutil does not list; InlinesTests compares those.
                comparison.CheckSets(subject, place,
                    subject.Ours.FindLines(line.Key.File, line.Key.Line).Where(l => l.Length > 0 && !IsInlined(subject, l)).Select(l => $"{l.File}:{l.Line} at {l.Offset:x}"),
                    line.Select(l => $"{l.File}:{l.Line} at {l.Offset:x}"));
            }
        }

        comparison.Finish(atLeast: 5000);
    }

    [Fact]
    public void Lines_within_functions_are_those_of_llvm_symbolizer()
    {
        Comparison comparison = new("lines, llvm-symbolizer");
        foreach (Subject subject in Subject.All.Where(s => !s.IsStripped))
        {
            IReadOnlyCollection<uint> offsets = Grid.Of(subject);
            foreach ((uint offset, IReadOnlyList<SymbolizedFrame> frames) in offsets.Zip(Symbolizer.Ask(subject.Program.Image, offsets)))
            {
                // The outermost frame is the function's own.
                SymbolizedFrame frame = frames[^1];
                string theirs = frame.Line == 0 ? "none" : $"{frame.File}:{frame.Line}";
                comparison.Check(subject, offset, FoldedLines(subject, offset).Contains(theirs) ? theirs : Text(subject, offset), theirs);
            }
        }

        comparison.Finish(atLeast: 30000);
    }

    [Fact]
    public void Lines_within_functions_are_those_of_dbghelp()
    {
        Comparison comparison = new("lines, dbghelp");
        foreach (Subject subject in Subject.All.Where(s => !s.IsStripped))
        {
            foreach (string[] answer in subject.DbgHelp["lines"])
            {
                uint offset = uint.Parse(answer[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                string theirs = answer[1] is "-" or "0" ? "none" : $"{answer[3]}:{answer[1]}";
                comparison.Check(subject, offset, FoldedLines(subject, offset).Contains(theirs) ? theirs : Text(subject, offset), theirs);
            }
        }

        comparison.Finish(atLeast: 30000);
    }

    [Fact]
    public void The_source_files_are_those_of_dbghelp()
    {
        Comparison comparison = new("source files, dbghelp");
        foreach (Subject subject in Subject.All) comparison.CheckSets(subject, "sources", subject.Ours.SourceFiles, subject.DbgHelp["sources"].Select(fields => fields[0]));
        comparison.Finish(atLeast: 100);
    }

    private static bool IsInlined(Subject subject, SourceLine line)
    {
        return subject.Ours.FindFunction(line.Offset)?.InlineSites.Any(Has) ?? false;

        bool Has(InlineSite site) => site.Lines.Contains(line) || site.Sites.Any(Has);
    }

    private static string Text(Subject subject, uint offset) => subject.Ours.TryFindLine(offset, out SourceLine? line) && line.Line != 0 ? $"{line.File}:{line.Line}" : "none";

    // Functions that were folded into one have the lines of each: either side may choose. Empty for others.
    private static IEnumerable<string> FoldedLines(Subject subject, uint offset)
    {
        PdbUtilLine[] lines = [.. WithCode(subject.PdbUtil.Lines).Where(l => l.Offset <= offset && offset < l.BlockEnd).GroupBy(l => l.Block).Select(block => block.Last())];
        return lines.Length < 2 || lines.Select(l => l.File + l.Line).Distinct().Count() < 2 || lines.Any(l => l.BlockEnd != lines[0].BlockEnd) ? [] : lines.Select(l => $"{l.File}:{l.Line}");
    }

    // Of entries at one place within a block only the last has code.
    private static IEnumerable<PdbUtilLine> WithCode(IReadOnlyList<PdbUtilLine> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            bool isLast = i + 1 == lines.Count || lines[i + 1].Offset != lines[i].Offset || lines[i + 1].Block != lines[i].Block;
            if (isLast && lines[i].Offset < lines[i].BlockEnd) yield return lines[i];
        }
    }
}
