using System.IO.Enumeration;

namespace NetKd.Symbols.Images;

/// <summary>The names that an image exports, as a symbol file: what is known of an image without a PDB.</summary>
/// <param name="path">The image's name or path, for display.</param>
/// <param name="exports">Its exports.</param>
public sealed class ExportSymbols(string path, ExportTable exports) : SymbolFile
{
    /// <inheritdoc/>
    public override string Path { get; } = path;

    /// <inheritdoc/>
    public override SymbolDetail Detail => SymbolDetail.Exports;

    /// <summary>How many names there are.</summary>
    public int Count => exports.Names.Count;

    /// <inheritdoc/>
    public override bool TryFindNearest(uint offset, out Symbol symbol) => TryAt(exports.FindAtOrBefore(offset), out symbol);

    /// <inheritdoc/>
    public override bool TryFindNext(uint offset, out Symbol symbol)
    {
        int index = exports.FindAtOrBefore(offset);
        index = index < 0 ? 0 : index;
        while (index < exports.Names.Count && exports.Names[index].Offset <= offset) index++;
        return TryAt(index, out symbol);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> FindAt(uint offset)
    {
        List<Symbol> found = [];
        for (int i = exports.FindAtOrBefore(offset); i >= 0 && i < exports.Names.Count && exports.Names[i].Offset == offset; i++) found.Add(At(i));
        return found;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Find(string name)
    {
        if (!exports.TryGet(name, out uint offset)) return [];
        // As the image spells it, however it was typed.
        return [FindAt(offset).FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
    }

    /// <inheritdoc/>
    public override IEnumerable<Symbol> Match(string pattern)
    {
        for (int i = 0; i < exports.Names.Count; i++)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, exports.Names[i].Name)) yield return At(i);
        }
    }

    private bool TryAt(int index, out Symbol symbol)
    {
        bool found = index >= 0 && index < exports.Names.Count;
        symbol = found ? At(index) : default;
        return found;
    }

    private Symbol At(int index) => new(exports.Names[index].Name, SymbolKind.Export, exports.Names[index].Offset, 0, 0);
}
