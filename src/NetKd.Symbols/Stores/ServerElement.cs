namespace NetKd.Symbols.Stores;

/// <summary>Symbol stores, nearest first; what one has is copied into each nearer one that can be written (<c>srv*</c>, <c>symsrv*</c>).</summary>
/// <param name="Text">The element as it was written, passwords masked.</param>
/// <param name="Stores">The stores, nearest first.</param>
public sealed record ServerElement(string Text, IReadOnlyList<StoreLocation> Stores) : SymbolPathElement(Text);
