namespace NetKd.Symbols.Stores;

/// <summary>One element of a symbol path, between two semicolons.</summary>
/// <param name="Text">The element as it was written, passwords masked.</param>
public abstract record SymbolPathElement(string Text);
