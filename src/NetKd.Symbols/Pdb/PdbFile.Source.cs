using System.Diagnostics.CodeAnalysis;
using NetKd.Symbols.Pdb.Lines;
using NetKd.Symbols.Pdb.Symbols;
using NetKd.Symbols.Pdb.Types;
using NetKd.Symbols.Scopes;

namespace NetKd.Symbols.Pdb;

/// <summary>Scopes, source lines and frames.</summary>
public sealed partial class PdbFile
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> SourceFiles =>
        [.. _sources.All().Select(file => file.Name).Distinct().Select(_sources.Name).Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <inheritdoc/>
    public override FunctionScope? FindFunction(uint offset)
    {
        uint linked = _addresses.ToLinked(offset);
        ushort section = _addresses.Sections.Find(linked, out uint within);
        if (section == 0 || ModuleAt(section, within) is not { } module) return null;
        uint record = module.FindAtOrBefore(linked);
        if (record == 0 || !module.TryRead(record, out Symbol symbol, out uint place) || symbol.Kind != SymbolKind.Function || linked - place >= symbol.Size) return null;
        return Scopes(module).Read(record);
    }

    /// <inheritdoc/>
    public override bool TryFindLine(uint offset, [NotNullWhen(true)] out SourceLine? line)
    {
        line = null;
        uint linked = _addresses.ToLinked(offset);
        ushort section = _addresses.Sections.Find(linked, out uint within);
        if (section == 0 || ModuleAt(section, within) is not { } module || !module.Lines.TryFind(linked, out ModuleLines.Line found)) return false;
        line = FromModule(module.Lines, found);
        return true;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SourceLine> FindLines(string file, uint line)
    {
        ArgumentNullException.ThrowIfNull(file);
        List<SourceLine> found = [];
        foreach ((PdbModule module, HashSet<uint> names) in ModulesOf(file))
        {
            ModuleLines lines = module.Lines;
            bool IsWanted(uint entry) => names.Contains(lines.FileName(entry));
            foreach (ModuleLines.Line candidate in lines.All(IsWanted))
            {
                if (IsNearer(found, line, candidate.Number)) found.Add(FromModule(lines, candidate));
            }

            if (!lines.Inlinees.Any(inlinee => IsWanted(inlinee.File))) continue;
            foreach (SourceLine candidate in InlinedLines(module).Where(l => l.Line >= line && SourcePath.Matches(l.File, file)))
            {
                if (IsNearer(found, line, candidate.Line)) found.Add(candidate);
            }
        }

        return found;
    }

    // Keeps the lines nearest behind the wanted one: a nearer one drops those that were found before.
    private static bool IsNearer(List<SourceLine> found, uint wanted, uint candidate)
    {
        if (candidate < wanted || (found.Count > 0 && candidate > found[0].Line)) return false;
        if (found.Count > 0 && candidate < found[0].Line) found.Clear();
        return true;
    }

    private IEnumerable<SourceLine> InlinedLines(PdbModule module)
    {
        ScopeReader reader = Scopes(module);
        return module.Records.Select(reader.Read).OfType<FunctionScope>().SelectMany(f => f.InlineSites).SelectMany(Lines);

        static IEnumerable<SourceLine> Lines(InlineSite site) => site.Lines.Concat(site.Sites.SelectMany(Lines));
    }

    private ScopeReader Scopes(PdbModule module) => new(module, _addresses, Machine, Inlinee, nameOffset => _strings[nameOffset]);

    /// <inheritdoc/>
    public override X86FrameData? FindX86Frame(uint offset) => _frames.Find(offset);

    // The modules that were made of a file, each with what its own lists call the file: offsets into the string table.
    private IEnumerable<(PdbModule Module, HashSet<uint> Names)> ModulesOf(string file)
    {
        Dictionary<uint, bool> matches = [];
        int last = -1;
        foreach ((int index, uint name) in _sources.All())
        {
            if (!matches.TryGetValue(name, out bool wanted)) matches[name] = wanted = SourcePath.Matches(_sources.Name(name), file);
            if (!wanted || index == last || _modules[index] is not { } module) continue;
            last = index;
            HashSet<uint> names = [.. module.Lines.Files.Select(module.Lines.FileName).Where(offset => SourcePath.Matches(_strings[offset], file))];
            if (names.Count > 0) yield return (module, names);
        }
    }

    private SourceLine FromModule(ModuleLines lines, ModuleLines.Line line) =>
        new(_strings[lines.FileName(line.File)], line.Number, _addresses.ToImage(line.Start), line.Length, line.IsStatement);

    private (string Name, uint Type) Inlinee(uint id) => _ids.TryGet(id, out PdbId found) ? (found.Name, found.TypeIndex) : ($"<inlined function {id:x}>", 0);
}
