using NetKd.Symbols.Stores.Http;

namespace NetKd.Symbols.Stores;

/// <summary>
/// Stores from the nearest to the farthest (Microsoft Learn, "Advanced SymSrv use", "Cascading downstream stores"). What one has is copied
/// into each nearer one; one that cannot be read or written is skipped. Compressed files stay so on the way and are unpacked into the nearest.
/// </summary>
/// <param name="search">What is looked for.</param>
/// <param name="stores">The stores, nearest first.</param>
/// <param name="defaultStore">The store that is used where none of them can hold a file.</param>
/// <param name="servers">The session's servers.</param>
/// <param name="isCache">True when the farthest is a cache for other elements of the path.</param>
internal sealed class StoreChain(SymbolSearch search, IReadOnlyList<StoreLocation> stores, string defaultStore, SymbolServers servers, bool isCache = false)
{
    /// <summary>Looks for the file in the stores; its path in the nearest store that can hold it, or null.</summary>
    public async Task<string?> FindAsync()
    {
        search.TraceServer($"BYINDEX: {string.Join('*', stores)} {search.Key.FileName} {search.Key.Index}");
        for (int i = 0; i < stores.Count; i++)
        {
            StoreHit? hit = stores[i].Directory is { } directory
                ? DirectoryStore.Find(search, directory, isCache || i < stores.Count - 1)
                : await servers.FindAsync(search, stores[i].Server!, [.. Nearer(i).Reverse(), defaultStore]).ConfigureAwait(false);
            if (hit is null) continue;
            if (await DeliverAsync(hit, i).ConfigureAwait(false) is { } path) return path;
            if (stores[i].Server is { } server && search.Last is { Outcome: SymbolAttemptOutcome.Mismatched or SymbolAttemptOutcome.Rejected } wrong) servers.Refuse(search.Key, server, wrong);
        }

        return null;
    }

    /// <summary>Copies a file that was found elsewhere into the stores; its path in the nearest, or where it was when none can hold it.</summary>
    public Task<string?> KeepAsync(string path) => DeliverAsync(new StoreHit(path, path, IsCompressed: false, IsDownload: false), stores.Count);

    private Task<string?> DeliverAsync(StoreHit hit, int index)
    {
        string[] nearer = Nearer(index);
        // A server's file and a compressed one need a place: without any, the default store is it.
        if (nearer.Length == 0 && (hit.IsCompressed || hit.IsDownload)) nearer = [defaultStore];
        return new StoreDelivery(search, nearer, defaultStore).DeliverAsync(hit);
    }

    private string[] Nearer(int index) => [.. stores.Take(index).Where(s => s.Directory is not null).Select(s => Path.GetFullPath(s.Directory!))];
}
