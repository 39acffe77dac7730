using NetKd.Engine.Symbols;

namespace NetKd.Engine;

/// <summary>How a debugger client behaves.</summary>
public sealed class DebugClientOptions
{
    /// <summary>Stop the target as soon as it has connected (DEBUG_ENGOPT_INITIAL_BREAK, kd's -b).</summary>
    public bool InitialBreak { get; set; }

    /// <summary>Stop at the first module that a restarted target loads (DEBUG_ENGOPT_INITIAL_MODULE_BREAK, kd's -d).</summary>
    public bool InitialModuleBreak { get; set; }

    /// <summary>How long a stopped target may be silent under a request before the connection counts as lost.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes of the cache of the target's memory (documented default of _NT_DEBUG_CACHE_SIZE: 1,024,000).</summary>
    public int CacheSize { get; set; } = 1_024_000;

    /// <summary>
    /// Accept a net: connection without a key. Everybody on the network can then read and change the target's memory.
    /// </summary>
    public bool AllowUnencrypted { get; set; }

    /// <summary>Shown every datagram of the connection from the first on; null for nobody.</summary>
    public IDatagramTap? Tap { get; set; }

    /// <summary>Where symbols are looked for; null for what <c>_NT_ALT_SYMBOL_PATH</c> and <c>_NT_SYMBOL_PATH</c> say.</summary>
    public string? SymbolPath { get; set; }

    /// <summary>Where source files are looked for; null for what <c>_NT_SOURCE_PATH</c> says.</summary>
    public string? SourcePath { get; set; }

    /// <summary>How long one look-up waits for symbols that have to be fetched; the fetching goes on behind.</summary>
    public TimeSpan SymbolWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Finds and opens the symbol files of modules; null for PDBs in directories, symbol stores and servers.</summary>
    public SymbolSource? SymbolSource { get; set; }

    /// <summary>Makes the link for a connection string; null for the transports of this library. Tests put their own here.</summary>
    public Func<string, KdLink>? LinkFactory { get; set; }
}
