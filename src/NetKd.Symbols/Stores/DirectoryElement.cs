namespace NetKd.Symbols.Stores;

/// <summary>A directory in which symbol files lie, as a compiler or a person put them there.</summary>
/// <param name="Text">The element as it was written.</param>
/// <param name="Directory">The directory.</param>
public sealed record DirectoryElement(string Text, string Directory) : SymbolPathElement(Text);
