using System.Collections.Concurrent;
using System.Diagnostics;
using NetKd.Engine.Modules;
using NetKd.Symbols.Stores;

namespace NetKd.Engine.Symbols;

/// <summary>How a client gets symbols: where it looks, and how long it waits for them.</summary>
public sealed class SymbolLoading
{
    // How often what goes on behind is looked at while it is waited for.
    private const int LookMilliseconds = 100;

    private readonly DebugClient _client;
    private readonly ConcurrentQueue<string> _trace = [];
    private volatile DownloadProgress? _progress;
    private StoreSymbolSource? _stores;
    private SymbolPath _path;
    private SymbolPath? _wholePath;
    private string _imagePath = Environment.GetEnvironmentVariable("_NT_EXECUTABLE_IMAGE_PATH") ?? "";

    internal SymbolLoading(DebugClient client)
    {
        _client = client;
        Linux = new LinuxSymbols(client);
        _path = client.Options.SymbolPath is { } given ? SymbolPath.Parse(given) : SymbolPath.OfEnvironment();
    }

    /// <summary>
    /// The symbol path. Setting it, even to what it was, makes modules without a PDB look for theirs again at their next use; those that have
    /// one keep it until <see cref="Module.UnloadSymbols"/>.
    /// </summary>
    public SymbolPath Path
    {
        get => _path;
        set
        {
            _path = value ?? throw new ArgumentNullException(nameof(value));
            LookAgain();
        }
    }

    /// <summary>Directories of image files, between semicolons (.exepath, <c>_NT_EXECUTABLE_IMAGE_PATH</c>). PDBs lie beside images, so they are searched behind the symbol path.</summary>
    public string ImagePath
    {
        get => _imagePath;
        set
        {
            _imagePath = value ?? throw new ArgumentNullException(nameof(value));
            LookAgain();
        }
    }

    /// <summary>
    /// Cancelled when the user has waited long enough: a look-up then goes on with the names at hand, and the search in the background. The
    /// command language sets it for each command.
    /// </summary>
    public CancellationToken Patience { get; set; }

    /// <summary>Every place where symbols are looked for is told as output (!sym noisy).</summary>
    public bool IsNoisy { get; set; }

    /// <summary>A PDB of another build than the image is better than none (.symopt 40).</summary>
    public bool AllowsMismatch { get; set; }

    /// <summary>A bare name is looked for only in modules whose symbols are loaded (.symopt 100).</summary>
    public bool SearchesLoadedOnly { get; set; }

    /// <summary>Shown how far downloads are while a look-up waits for them, on its thread; null when the wait is over.</summary>
    public Action<DownloadProgress?>? ShowProgress { get; set; }

    /// <summary>Symbols of Linux kernels, which carry them along.</summary>
    internal LinuxSymbols Linux { get; }

    /// <summary>Both paths, in the order in which they are searched.</summary>
    internal SymbolPath WholePath => _wholePath ??= _imagePath.Length == 0 ? _path : _path.Append(_imagePath);

    internal int PathVersion { get; private set; }

    internal SymbolSource Source => _client.Options.SymbolSource ?? (_stores ??= new StoreSymbolSource(new SymbolFinderOptions
    {
        Proxy = Environment.GetEnvironmentVariable("_NT_SYMBOL_PROXY"),
        Trace = Note,
    })
    { Progress = new Latest(this) });

    /// <summary>Makes modules without a PDB look for theirs again, and asks servers again for what they did not have.</summary>
    public void LookAgain()
    {
        PathVersion++;
        _wholePath = null;
        Source.Forget();
    }

    internal void Wait(Task search, string module)
    {
        long began = Stopwatch.GetTimestamp();
        bool shown = false;
        while (!search.IsCompleted && !Patience.IsCancellationRequested && Stopwatch.GetElapsedTime(began) < _client.Options.SymbolWait)
        {
            try
            {
                search.Wait(LookMilliseconds, Patience);
            }
            catch (AggregateException)
            {
                // The reason is taken from the task.
            }
            catch (OperationCanceledException)
            {
                // The user has waited long enough, or the search was called off.
            }

            WriteTrace();
            if (_progress is not { } progress || search.IsCompleted) continue;
            ShowProgress?.Invoke(progress);
            shown = true;
        }

        WriteTrace();
        if (shown) ShowProgress?.Invoke(null);
        if (search.IsCompleted) return;
        _client.WriteOutput(
            OutputMask.Warning,
            $"Symbols of {module} are still being fetched after {Stopwatch.GetElapsedTime(began).TotalSeconds:f0} s; going on without them. They are used as soon as they are there (lm tells).\n");
    }

    internal void Report(Module module, ModuleSymbols symbols)
    {
        WriteTrace();
        if (symbols.Reason.Length == 0) return;
        OutputMask mask = symbols.IsMismatched ? OutputMask.Warning : OutputMask.Verbose;
        _client.WriteOutput(mask, $"*** {module.Name}: {symbols.Reason}\n");
    }

    internal void Close()
    {
        _stores?.Dispose();
        _stores = null;
    }

    // Comes from any thread; told by the one that holds the session.
    private void Note(string line)
    {
        if (IsNoisy) _trace.Enqueue(line);
    }

    private void WriteTrace()
    {
        while (_trace.TryDequeue(out string? line)) _client.WriteOutput(OutputMask.Normal, line.TrimEnd('\n') + "\n");
    }

    private sealed class Latest(SymbolLoading loading) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => loading._progress = value;
    }
}
