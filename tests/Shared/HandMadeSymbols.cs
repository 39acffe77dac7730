using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using NetKd.Symbols;
using NetKd.Symbols.Scopes;
using NetKd.Symbols.Types;

namespace NetKd.Testing;

/// <summary>A symbol file that a test wrote: functions by name, offset and size, and lines.</summary>
internal sealed class HandMadeSymbols(string path, SymbolDetail detail = SymbolDetail.Private) : SymbolFile
{
    private readonly List<Symbol> _symbols = [];
    private readonly List<SourceLine> _lines = [];
    private readonly List<FunctionScope> _scopes = [];

    public override string Path { get; } = path;

    public override SymbolDetail Detail { get; } = detail;

    public override bool HasLines => _lines.Count > 0;

    public override TypeTable? Types => TypeTable;

    public TypeTable? TypeTable { get; init; }

    /// <summary>True once it was disposed.</summary>
    public bool IsClosed { get; private set; }

    public override IReadOnlyList<string> SourceFiles => [.. _lines.Select(l => l.File).Distinct()];

    public HandMadeSymbols Add(string name, uint offset, uint size, SymbolKind kind = SymbolKind.Function, uint type = 0)
    {
        _symbols.Add(new Symbol(name, kind, offset, size, type));
        _symbols.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        return this;
    }

    public HandMadeSymbols AddLine(string file, uint line, uint offset, uint length)
    {
        _lines.Add(new SourceLine(file, line, offset, length));
        return this;
    }

    public HandMadeSymbols AddVariables(string function, params IReadOnlyList<LocalVariable> variables)
    {
        Symbol symbol = _symbols.Find(s => s.Name == function);
        _scopes.Add(new FunctionScope(symbol, symbol.Offset, variables, [], []));
        return this;
    }

    public override FunctionScope? FindFunction(uint offset) => _scopes.Find(s => offset - s.Symbol.Offset < s.Symbol.Size);

    public override bool TryFindNearest(uint offset, out Symbol symbol)
    {
        symbol = _symbols.LastOrDefault(s => s.Offset <= offset);
        return symbol.Name is not null;
    }

    public override bool TryFindNext(uint offset, out Symbol symbol)
    {
        symbol = _symbols.Find(s => s.Offset > offset);
        return symbol.Name is not null;
    }

    public override IReadOnlyList<Symbol> FindAt(uint offset) => [.. _symbols.Where(s => s.Offset == offset)];

    public override IReadOnlyList<Symbol> Find(string name) => [.. _symbols.Where(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];

    public override IEnumerable<Symbol> Match(string pattern) => _symbols.Where(s => FileSystemName.MatchesSimpleExpression(pattern, s.Name));

    public override bool TryFindLine(uint offset, [NotNullWhen(true)] out SourceLine? line)
    {
        line = _lines.Find(l => offset - l.Offset < l.Length);
        return line is not null;
    }

    public override IReadOnlyList<SourceLine> FindLines(string file, uint line)
    {
        List<SourceLine> ofFile = [.. _lines.Where(l => l.File.Replace('\\', '/').EndsWith(file.Replace('\\', '/'), StringComparison.OrdinalIgnoreCase) && l.Line >= line)];
        uint first = ofFile.Count == 0 ? 0 : ofFile.Min(l => l.Line);
        return [.. ofFile.Where(l => l.Line == first)];
    }

    protected override void Dispose(bool disposing)
    {
        IsClosed = true;
        base.Dispose(disposing);
    }
}
