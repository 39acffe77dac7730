namespace NetKd.Symbols.Stores;

/// <summary>The HTTP(S) symbol servers of a session: their connections, and what is known of them.</summary>
internal sealed class SymbolServers(SymbolFinderOptions options) : IDisposable
{
    private readonly SymbolFinderOptions _options = options;

    /// <summary>Looks for a file on a server and downloads it.</summary>
    /// <param name="search">What is looked for.</param>
    /// <param name="server">The server.</param>
    /// <param name="roots">Stores that may hold the file on its way, the preferred one first.</param>
    public Task<StoreHit?> FindAsync(SymbolSearch search, Uri server, IReadOnlyList<string> roots)
    {
        _ = _options;
        _ = roots;
        search.Note(StoreLocation.Masked(server), SymbolAttemptOutcome.Unavailable, "Servers are not asked by this version: put the file into a directory of the symbol path.");
        return Task.FromResult<StoreHit?>(null);
    }

    /// <summary>Forgets what is known of servers.</summary>
    public void Forget() => _ = _options;

    public void Dispose() => Forget();
}
