using System.Collections.Concurrent;
using NetKd.Symbols.Stores.Http;

namespace NetKd.Symbols.Stores;

/// <summary>
/// Finds PDBs and images by their identity along a symbol path: in directories, in symbol stores and on servers. What it gives is a local
/// file that was looked into and is exactly the wanted one. Safe to use from several threads; several searches run at once, and those
/// for one file are one.
/// </summary>
public sealed class SymbolFinder : IDisposable
{
    private readonly SymbolFinderOptions _options;
    private readonly SymbolServers _servers;
    private readonly ConcurrentDictionary<string, RunningSearch> _running = new();
    private volatile SymbolPath _path;

    /// <summary>Makes a finder.</summary>
    /// <param name="path">Where to look.</param>
    /// <param name="options">How; null for the usual.</param>
    public SymbolFinder(SymbolPath path, SymbolFinderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        _path = path;
        _options = options ?? new SymbolFinderOptions();
        _servers = new SymbolServers(_options);
    }

    /// <summary>Where to look. A search that runs keeps the path that it began with.</summary>
    public SymbolPath Path
    {
        get => _path;
        set => _path = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>
    /// Looks for a file. Never fails for what it meets on the way: a damaged file, an unreadable directory or a server that does not answer
    /// is an attempt with its reason.
    /// </summary>
    /// <param name="key">Which file.</param>
    /// <param name="progress">Told how far downloads are, some ten times a second; from any thread.</param>
    /// <param name="goOnBehind">
    /// True to let the search go on when the caller stops waiting for it, so that a later one finds the file in the cache. False to stop it
    /// then; what was downloaded is kept, and the next search goes on from there.
    /// </param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task<SymbolSearchResult> FindAsync(SymbolKey key, IProgress<DownloadProgress>? progress = null, bool goOnBehind = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        cancellation.ThrowIfCancellationRequested();
        RunningSearch running = await JoinAsync(key, progress, cancellation).ConfigureAwait(false);
        try
        {
            return await running.Result.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            running.Leave(progress, goOnBehind);
        }
    }

    /// <summary>Forgets which files servers do not have and which servers do not answer, so that they are asked again (<c>.reload</c>).</summary>
    public void Forget() => _servers.Forget();

    /// <summary>Stops all searches, also those that go on behind, and closes connections.</summary>
    public void Dispose()
    {
        foreach (RunningSearch running in _running.Values) running.Stop();
        _servers.Dispose();
    }

    private async Task<RunningSearch> JoinAsync(SymbolKey key, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        SymbolPath path = _path;
        while (true)
        {
            // Two paths may lead to different stores, so their searches are not one.
            string name = $"{key.RelativePath}|{path.Text}";
            RunningSearch running = _running.GetOrAdd(name, _ => new RunningSearch());
            if (running.TryJoin(progress))
            {
                running.Start(cancellation => new PathSearch(path, _servers, new SymbolSearch(key, _options, running, cancellation)).RunAsync(), () => _running.TryRemove(new(name, running)));
                return running;
            }

            // It is being stopped: what it has downloaded is free to go on with when it has ended.
            await Task.WhenAny(running.Result).WaitAsync(cancellation).ConfigureAwait(false);
            _running.TryRemove(new(name, running));
        }
    }
}
