namespace NetKd.Symbols.Scopes;

/// <summary>A function as its debug information describes it.</summary>
/// <param name="Symbol">Name, place, size, type.</param>
/// <param name="PrologueEnd">Offset of its first instruction behind the prologue, as bytes from the image's base.</param>
/// <param name="Variables">Parameters and variables of its outermost block, in the order of their declaration.</param>
/// <param name="Blocks">Nested blocks.</param>
/// <param name="InlineSites">Calls that were compiled into it, outermost ones; theirs are nested within them.</param>
public sealed record FunctionScope(Symbol Symbol, uint PrologueEnd, IReadOnlyList<LocalVariable> Variables, IReadOnlyList<BlockScope> Blocks, IReadOnlyList<InlineSite> InlineSites);

/// <summary>A block within a function.</summary>
/// <param name="Offset">First byte, from the image's base.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Variables">Variables declared in it.</param>
/// <param name="Blocks">Blocks within it.</param>
public sealed record BlockScope(uint Offset, uint Size, IReadOnlyList<LocalVariable> Variables, IReadOnlyList<BlockScope> Blocks);

/// <summary>A function that was compiled into another.</summary>
/// <param name="Name">Its name with scopes.</param>
/// <param name="TypeIndex">Its type, 0 when unknown.</param>
/// <param name="Ranges">The code that is its: offset from the image's base and length, ascending.</param>
/// <param name="Lines">Its own lines by code, ascending.</param>
/// <param name="Variables">Its parameters and variables.</param>
/// <param name="Sites">Calls that were compiled into it in turn.</param>
public sealed record InlineSite(
    string Name, uint TypeIndex, IReadOnlyList<CodeRange> Ranges, IReadOnlyList<SourceLine> Lines, IReadOnlyList<LocalVariable> Variables, IReadOnlyList<InlineSite> Sites);

/// <summary>Some code.</summary>
/// <param name="Offset">First byte, from the image's base.</param>
/// <param name="Length">Length in bytes.</param>
public readonly record struct CodeRange(uint Offset, uint Length)
{
    /// <summary>True for an offset within.</summary>
    public bool Contains(uint offset) => unchecked(offset - Offset) < Length;
}
