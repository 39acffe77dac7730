using NetKd.Symbols.Stores.Http;

namespace NetKd.Symbols.Stores;

/// <summary>Goes along a symbol path, element after element, until one has the file.</summary>
internal sealed class PathSearch(SymbolPath path, SymbolServers servers, SymbolSearch search)
{
    private StoreLocation? _cache;

    /// <summary>Looks for the file.</summary>
    public async Task<SymbolSearchResult> RunAsync()
    {
        string? found = search.Options.UsePathOfImage ? TryPathOfImage() : null;
        foreach (SymbolPathElement element in path.Elements)
        {
            if (found is not null) break;
            found = await LookAsync(element).ConfigureAwait(false);
        }

        search.TraceSearch(found is null ? $"{search.Key.FileName} - not found" : $"{search.Key.FileName} - {found}");
        return new SymbolSearchResult(search.Key, found, search.Tried);
    }

    private Task<string?> LookAsync(SymbolPathElement element)
    {
        switch (element)
        {
            case CacheElement cache:
                _cache = cache.Store;
                return Chain([cache.Store], isCache: true).FindAsync();
            case ServerElement server:
                return Chain(_cache is null ? server.Stores : [_cache, .. server.Stores]).FindAsync();
            case DirectoryElement plain:
                return LookInDirectoryAsync(plain);
            default:
                throw new InvalidOperationException($"No search for {element.GetType().Name}.");
        }
    }

    private async Task<string?> LookInDirectoryAsync(DirectoryElement element)
    {
        if (PlainDirectory.Find(search, element.Directory) is not { } found) return null;
        return _cache is null ? found : await Chain([_cache]).KeepAsync(found).ConfigureAwait(false);
    }

    private StoreChain Chain(IReadOnlyList<StoreLocation> stores, bool isCache = false) => new(search, stores, path.Folders.DownstreamStore, servers, isCache);

    // Where the linker wrote it: right on the machine that built it. The path comes from the image, so a share is not touched (the system
    // would log on to it with the user's name), nor anything but a file of a PDB's name.
    private string? TryPathOfImage()
    {
        if (search.Key.Pdb?.Path is not { } built || built == search.Key.FileName || !Path.IsPathFullyQualified(built)) return null;
        if (built.StartsWith(@"\\", StringComparison.Ordinal) || built.StartsWith("//", StringComparison.Ordinal) || !built.EndsWith(".pdb", StringComparison.OrdinalIgnoreCase)) return null;
        return PlainDirectory.Try(search, built);
    }
}
