using NetKd.Symbols.Names.Managed;
using NetKd.Symbols.Pdb;
using NetKd.Symbols.Stores;

namespace NetKd.Engine.Symbols;

/// <summary>Symbols from directories, symbol stores and servers: PDBs, each opened once in this process.</summary>
public sealed class StoreSymbolSource : SymbolSource, IDisposable
{
    private readonly SymbolFinder _finder;
    private readonly SymbolFileCache _cache;

    /// <summary>Makes a source.</summary>
    /// <param name="options">How files are looked for; null for the usual.</param>
    /// <param name="cache">Where opened files are shared; null for the whole process.</param>
    public StoreSymbolSource(SymbolFinderOptions? options = null, SymbolFileCache? cache = null)
    {
        _finder = new SymbolFinder(SymbolPath.Empty, options);
        _cache = cache ?? SymbolFileCache.Shared;
    }

    /// <summary>Told how far downloads are, from any thread.</summary>
    public IProgress<DownloadProgress>? Progress { get; set; }

    /// <inheritdoc/>
    public override async Task<FoundSymbols> FindAsync(SymbolRequest request, SymbolPath path, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Pdb is not { } pdb) return new FoundSymbols(null, request.WhyNoPdb);
        if (!ReferenceEquals(_finder.Path, path)) _finder.Path = path;
        SymbolSearchResult result = await _finder.FindAsync(SymbolKey.For(pdb), Progress, goOnBehind: true, cancellation).ConfigureAwait(false);
        if (result.Path is { } found) return Open(found, "", isMismatched: false);
        string reason = Reason(result);
        return request.AllowsMismatch && result.MismatchedPath is { } other ? Open(other, reason, isMismatched: true) : new FoundSymbols(null, reason);
    }

    /// <summary>Forgets what servers did not have, so that they are asked again (.reload).</summary>
    public override void Forget() => _finder.Forget();

    /// <summary>Stops all searches.</summary>
    public void Dispose() => _finder.Dispose();

    private FoundSymbols Open(string path, string reason, bool isMismatched)
    {
        try
        {
            return new FoundSymbols(_cache.Open(path, ManagedSymbolFile.OpenPdb), reason, isMismatched);
        }
        catch (Exception e) when (e is PdbFormatException or IOException or UnauthorizedAccessException)
        {
            return new FoundSymbols(null, $"{path} cannot be used: {e.Message}");
        }
    }

    // A file of another build tells most: both identities are in its reason.
    private static string Reason(SymbolSearchResult result)
    {
        SymbolAttempt? telling = result.Tried.FirstOrDefault(t => t.Outcome == SymbolAttemptOutcome.Mismatched)
            ?? result.Tried.FirstOrDefault(t => t.Outcome == SymbolAttemptOutcome.Rejected)
            ?? result.Tried.FirstOrDefault(t => t.Outcome == SymbolAttemptOutcome.Unavailable);
        return telling is null ? $"{result.Key.FileName} was not found in the symbol path (!sym noisy, .reload tell where it was looked for)" : $"{telling.Place}: {telling.Reason}";
    }
}
