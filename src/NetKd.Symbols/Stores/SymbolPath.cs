namespace NetKd.Symbols.Stores;

/// <summary>
/// A symbol path: what <c>.sympath</c> sets and <c>_NT_SYMBOL_PATH</c> holds (Microsoft Learn, "Symbol path for Windows debuggers" and
/// "Advanced SymSrv use"). Immutable.
/// </summary>
public sealed class SymbolPath
{
    private readonly string _shown;

    internal SymbolPath(string text, SymbolFolders folders, IReadOnlyList<SymbolPathElement> elements, string shown, string expanded, IReadOnlyList<string> warnings)
    {
        _shown = shown;
        Text = text;
        Folders = folders;
        Elements = elements;
        Expanded = expanded;
        Warnings = warnings;
    }

    /// <summary>The path that finds nothing.</summary>
    public static SymbolPath Empty { get; } = Parse("");

    /// <summary>The path as it was given; a server's address in it may hold a password, so show <see cref="ToString"/>.</summary>
    public string Text { get; }

    /// <summary>The folders that its short forms stand for.</summary>
    public SymbolFolders Folders { get; }

    /// <summary>Its elements, in the order in which they are searched. Refused ones are missing.</summary>
    public IReadOnlyList<SymbolPathElement> Elements { get; }

    /// <summary>The path with <c>srv*</c> written out ("Expanded Symbol search path is"), without passwords.</summary>
    public string Expanded { get; }

    /// <summary>What is wrong with the path, a sentence for each element that was refused or taken in another way than it is written.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Takes a path apart. Never fails: an element that cannot be used is left out, with a warning that names it.</summary>
    /// <param name="text">Elements separated by semicolons.</param>
    /// <param name="folders">What short forms stand for; null for this user's.</param>
    public static SymbolPath Parse(string text, SymbolFolders? folders = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new SymbolPathParser(text, folders ?? SymbolFolders.OfThisUser()).Parse();
    }

    /// <summary>The path of the environment: <c>_NT_ALT_SYMBOL_PATH</c>, then <c>_NT_SYMBOL_PATH</c>.</summary>
    public static SymbolPath OfEnvironment(SymbolFolders? folders = null) =>
        Parse(Join(Environment.GetEnvironmentVariable("_NT_ALT_SYMBOL_PATH"), Environment.GetEnvironmentVariable("_NT_SYMBOL_PATH")), folders);

    /// <summary>The path that <c>.symfix</c> sets: Microsoft's public store, cached in a folder.</summary>
    /// <param name="cache">The folder; null or empty for the default one.</param>
    public static SymbolPath PublicStore(string? cache = null) => Parse("srv*", FoldersWith(cache));

    /// <summary>This path and more elements behind it (<c>.sympath+</c>).</summary>
    public SymbolPath Append(string text) => Parse(Join(Text, text), Folders);

    /// <summary>This path and Microsoft's public store behind it (<c>.symfix+</c>).</summary>
    public SymbolPath AppendPublicStore(string? cache = null) => Parse(Join(Text, "srv*"), string.IsNullOrWhiteSpace(cache) ? Folders : FoldersWith(cache));

    /// <summary>The path for people to read (".sympath"), without passwords.</summary>
    public override string ToString() => _shown;

    private static SymbolFolders FoldersWith(string? cache) =>
        string.IsNullOrWhiteSpace(cache) ? SymbolFolders.OfThisUser() : new SymbolFolders(cache.Trim(), IsChosen: true);

    private static string Join(string? first, string? second) => string.Join(';', new[] { first, second }.Where(p => !string.IsNullOrWhiteSpace(p)).Select(p => p!.Trim().TrimEnd(';')));
}
