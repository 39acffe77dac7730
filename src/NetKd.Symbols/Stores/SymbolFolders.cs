namespace NetKd.Symbols.Stores;

/// <summary>Folders that a symbol path's short forms stand for.</summary>
/// <param name="DownstreamStore">The default cache: what <c>cache*</c> and an empty part of <c>srv*</c> mean. A full path.</param>
/// <param name="IsChosen">True when the user named it (<c>.symfix DIRECTORY</c>), so that the expanded path spells it out.</param>
public sealed record SymbolFolders(string DownstreamStore, bool IsChosen = false)
{
    /// <summary>Microsoft's public store, which <c>srv*</c> alone means.</summary>
    public static Uri PublicStore { get; } = new("https://msdl.microsoft.com/download/symbols");

    /// <summary>
    /// The folders of this user: <c>sym</c> under DBGHELP_HOMEDIR where that is set (as with Microsoft's debuggers), else the system's
    /// place for caches: $XDG_CACHE_HOME/netkd/symbols or ~/.cache/netkd/symbols, ~/Library/Caches/netkd/symbols, and on Windows
    /// C:\ProgramData\dbg\sym, which its debuggers share.
    /// </summary>
    public static SymbolFolders OfThisUser()
    {
        if (Environment.GetEnvironmentVariable("DBGHELP_HOMEDIR") is { Length: > 0 } home && Path.IsPathFullyQualified(home)) return new SymbolFolders(Path.Combine(home, "sym"));
        if (OperatingSystem.IsWindows()) return new SymbolFolders(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "dbg", "sym"));
        string user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS()) return new SymbolFolders(Path.Combine(user, "Library", "Caches", "netkd", "symbols"));
        // XDG Base Directory Specification: a relative path is to be ignored.
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (cache is null || !Path.IsPathFullyQualified(cache)) cache = Path.Combine(user, ".cache");
        return new SymbolFolders(Path.Combine(cache, "netkd", "symbols"));
    }
}
