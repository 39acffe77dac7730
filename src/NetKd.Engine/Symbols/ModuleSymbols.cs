using NetKd.Engine.Modules;
using NetKd.Symbols;
using NetKd.Symbols.Images;
using NetKd.Symbols.Stores;

namespace NetKd.Engine.Symbols;

/// <summary>
/// The symbols of one module on their way: asked for at the first use, searched for in the background, waited for no longer than the user
/// lets us, and its exports as long as there is nothing better. Used by the thread that holds the session.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Unload gives everything back; a module's life ends with it.")]
internal sealed class ModuleSymbols(Module module, SymbolLoading loading)
{
    private Task<FoundSymbols>? _search;
    private CancellationTokenSource? _searchEnd;
    private SymbolFileLease? _pdb;
    private ExportSymbols? _exports;
    private int _pathVersion = -1;
    private bool _exportsTried;
    private bool _allowsMismatch;
    private bool _waited;

    /// <summary>What has been loaded so far, the best there is; asks for nothing.</summary>
    public SymbolFile? Loaded => _pdb?.File ?? (SymbolFile?)_exports;

    /// <summary>Why there is no PDB, or what is wrong with it; empty when there is nothing to say.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The PDB is of another build than the image.</summary>
    public bool IsMismatched { get; private set; }

    public SymbolStatus Status
    {
        get
        {
            if (_pdb is { } pdb)
            {
                return pdb.File.Detail switch
                {
                    SymbolDetail.Private => SymbolStatus.PrivatePdb,
                    SymbolDetail.Kallsyms => SymbolStatus.Kallsyms,
                    _ => SymbolStatus.Pdb,
                };
            }

            if (_pathVersion != loading.PathVersion || !_exportsTried) return SymbolStatus.Deferred;
            return _exports is { Count: > 0 } ? SymbolStatus.Export : SymbolStatus.None;
        }
    }

    /// <summary>True while a search goes on in the background.</summary>
    public bool IsSearching => _search is { IsCompleted: false };

    /// <summary>The PDB, looked for when nobody has; null when there is none, or not yet.</summary>
    public SymbolFile? LoadPdb()
    {
        if (_pdb is { } loaded) return loaded.File;
        BeginLoading();
        if (_pdb is { } opened) return opened.File;
        if (_search is not { } search) return null;
        // Once: a user who has waited in vain is not made to wait at every name that follows.
        if (!_waited) loading.Wait(search, module.Name);
        _waited = true;
        if (search.IsCompleted) Adopt(search);
        return _pdb?.File;
    }

    /// <summary>Starts the search unless it was made along the present path already.</summary>
    public void BeginLoading()
    {
        if (_pdb is null && _search is null && _pathVersion != loading.PathVersion) Begin();
    }

    /// <summary>The best symbols there are, loaded when nobody has; null when the image cannot be read.</summary>
    public SymbolFile? Load()
    {
        if (LoadPdb() is { } pdb) return pdb;
        if (!_exportsTried && !LinuxSymbols.Knows(module) && module.Exports is { } exports) _exports = new ExportSymbols(module.ImageName, exports);
        // Headers that are paged out may be there at the next stop.
        _exportsTried |= LinuxSymbols.Knows(module) || module.Image is not null;
        return _exports;
    }

    /// <summary>Gives everything back and starts over at the next use (.reload).</summary>
    public void Unload(bool allowsMismatch = false)
    {
        EndSearch();
        _pdb?.Dispose();
        _pdb = null;
        _exports = null;
        _exportsTried = false;
        _pathVersion = -1;
        _allowsMismatch = allowsMismatch;
        IsMismatched = false;
        Reason = "";
    }

    private void Begin()
    {
        _pathVersion = loading.PathVersion;
        _waited = false;
        if (LinuxSymbols.Knows(module))
        {
            SymbolFile? names = loading.Linux.Open(module, out string reason);
            _pdb = names is null ? null : SymbolFileLease.Own(names);
            Reason = reason;
            return;
        }

        if (loading.WholePath.Elements.Count == 0)
        {
            Reason = "the symbol path is empty (.sympath, .symfix)";
            return;
        }

        ImageIdentity image = new(module.ImageName, module.Timestamp, module.Size);
        SymbolRequest request = new(module.Name, image, module.Pdb, module.DebugDirectory is { } debug ? debug.Problem ?? "" : "its image headers cannot be read", _allowsMismatch || loading.AllowsMismatch);
        _searchEnd = new CancellationTokenSource();
        CancellationToken end = _searchEnd.Token;
        SymbolPath path = loading.WholePath;
        SymbolSource source = loading.Source;
        _search = Task.Run(() => source.FindAsync(request, path, end), end);
    }

    private void Adopt(Task<FoundSymbols> search)
    {
        _search = null;
        _searchEnd?.Dispose();
        _searchEnd = null;
        if (search.IsCompletedSuccessfully)
        {
            FoundSymbols found = search.Result;
            _pdb = found.File;
            Reason = found.Reason;
            IsMismatched = found.IsMismatched;
        }
        else
        {
            Reason = search.Exception?.InnerException?.Message ?? "the search was cancelled";
        }

        loading.Report(module, this);
    }

    // A search that nobody waits for any more closes what it finds.
    private void EndSearch()
    {
        if (_search is { } search)
        {
            _searchEnd?.Cancel();
            _ = search.ContinueWith(t => t.Result.File?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }

        _search = null;
        _searchEnd?.Dispose();
        _searchEnd = null;
    }
}
