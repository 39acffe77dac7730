namespace NetKd.Symbols.Stores;

/// <summary>A cache for what the elements to its right find (<c>cache*</c>).</summary>
/// <param name="Text">The element as it was written.</param>
/// <param name="Store">The cache.</param>
public sealed record CacheElement(string Text, StoreLocation Store) : SymbolPathElement(Text);
