using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using NetKd.Symbols.Pdb;
using NetKd.Symbols.Scopes;
using NetKd.Symbols.Types;

namespace NetKd.Symbols.Names.Managed;

/// <summary>
/// The PDB of a program that .NET's ahead-of-time compiler made, with its names as C# writes them. Both forms are found, and static fields, which
/// the compiler gives no symbols, by their type and name. Safe to use from several threads.
/// </summary>
public sealed class ManagedSymbolFile : SymbolFile
{
    private readonly PdbFile _file;
    private readonly ManagedNames _names;

    private ManagedSymbolFile(PdbFile file, ManagedNames names)
    {
        _file = file;
        _names = names;
    }

    /// <summary>Opens a PDB: as one of these where .NET's compiler made the program, else as it is.</summary>
    /// <exception cref="PdbFormatException">It is no PDB, one of another version, or damaged; the message says where.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SymbolFile OpenPdb(string path)
    {
        PdbFile file = PdbFile.Open(path);
        string assembly = System.IO.Path.GetFileNameWithoutExtension(path);
        ManagedNames? names = ManagedNames.Detect(file.TypeRecords, file.Ids, assembly, () => file.Match("*").Select(s => s.Name));
        if (names is null) return file;
        file.TypeRecords.Naming = names;
        return new ManagedSymbolFile(file, names);
    }

    /// <summary>The program's names.</summary>
    public ManagedNames Names => _names;

    /// <inheritdoc/>
    public override string Path => _file.Path;

    /// <inheritdoc/>
    public override SymbolDetail Detail => _file.Detail;

    /// <inheritdoc/>
    public override TypeTable? Types => _file.Types;

    /// <inheritdoc/>
    public override bool HasLines => _file.HasLines;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SourceFiles => _file.SourceFiles;

    /// <inheritdoc/>
    public override bool TryFindNearest(uint offset, out Symbol symbol)
    {
        bool found = _file.TryFindNearest(offset, out symbol);
        if (found) symbol = Show(symbol);
        return found;
    }

    /// <inheritdoc/>
    public override bool TryFindNext(uint offset, out Symbol symbol)
    {
        bool found = _file.TryFindNext(offset, out symbol);
        if (found) symbol = Show(symbol);
        return found;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> FindAt(uint offset) => [.. _file.FindAt(offset).Select(Show)];

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Find(string name)
    {
        List<Symbol> found = [.. _file.Find(name).Select(Show)];
        if (found.Count == 0) found.AddRange(_names.Resolve(name).SelectMany(_file.Find).Select(Show).Distinct());
        if (found.Count == 0 && TryFindStatic(name, out Symbol field)) found.Add(field);
        return found;
    }

    /// <inheritdoc/>
    public override IEnumerable<Symbol> Match(string pattern)
    {
        bool wantsUnwindData = pattern.Contains("unwind", StringComparison.OrdinalIgnoreCase);
        foreach (Symbol symbol in _file.Match("*"))
        {
            // Each method has such a name for its unwind data: nobody means those.
            if (!wantsUnwindData && CompilerData.IsUnwindData(symbol.Name)) continue;
            string shown = _names.Display(symbol.Name);
            if (!FileSystemName.MatchesSimpleExpression(pattern, shown) && !FileSystemName.MatchesSimpleExpression(pattern, symbol.Name)) continue;
            yield return symbol with { Name = shown };
        }
    }

    /// <inheritdoc/>
    public override FunctionScope? FindFunction(uint offset) =>
        _file.FindFunction(offset) is { } scope ? scope with { Symbol = Show(scope.Symbol), InlineSites = [.. scope.InlineSites.Select(Show)] } : null;

    /// <inheritdoc/>
    public override bool TryFindLine(uint offset, [NotNullWhen(true)] out SourceLine? line) => _file.TryFindLine(offset, out line);

    /// <inheritdoc/>
    public override IReadOnlyList<SourceLine> FindLines(string file, uint line) => _file.FindLines(file, line);

    /// <inheritdoc/>
    public override X86FrameData? FindX86Frame(uint offset) => _file.FindX86Frame(offset);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }

    private Symbol Show(Symbol symbol) => symbol with { Name = _names.Display(symbol.Name) };

    private InlineSite Show(InlineSite site) =>
        site with { Name = _names.Display(site.Name.Replace("::", "__", StringComparison.Ordinal)), Sites = [.. site.Sites.Select(Show)] };

    // Those in an object have no place in the image: only the pointer to the object has.
    private bool TryFindStatic(string name, out Symbol symbol)
    {
        symbol = default;
        if (!_names.TryFindStatic(name, out ManagedStaticField field) || field.IsIndirect || _file.Find(field.BaseSymbol) is not [var start, ..]) return false;
        uint size = (uint)(_file.Types?.Get(field.TypeIndex).Size ?? 0);
        symbol = new Symbol(name, SymbolKind.Data, start.Offset + field.Offset, size, field.TypeIndex);
        return true;
    }
}
