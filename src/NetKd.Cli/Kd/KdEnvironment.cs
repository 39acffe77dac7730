using System.Globalization;
using NetKd.Engine;

namespace NetKd.Cli.Kd;

/// <summary>
/// What kd takes from the environment (facts: kernel-debugging-docs, A.3): options on the command line go before it. The serial line's
/// variables are read where connection strings are, the key's in <see cref="KeySource"/>.
/// </summary>
internal sealed class KdEnvironment(Func<string, string?> read)
{
    /// <summary>Bytes of the cache of the target's memory.</summary>
    public const string CacheSize = "_NT_DEBUG_CACHE_SIZE";

    /// <summary>Log file, overwritten.</summary>
    public const string LogFileOpen = "_NT_DEBUG_LOG_FILE_OPEN";

    /// <summary>Log file, appended to.</summary>
    public const string LogFileAppend = "_NT_DEBUG_LOG_FILE_APPEND";

    private const int MaxCacheSize = 1 << 30;

    /// <summary>The symbol path: the alternative one is searched first.</summary>
    public string SymbolPath => string.Join(';', ((string?[])[read("_NT_ALT_SYMBOL_PATH"), read("_NT_SYMBOL_PATH")]).Where(path => !string.IsNullOrEmpty(path)));

    /// <summary>Sets what the environment says about the engine.</summary>
    /// <exception cref="UsageException">A value that is no number in range.</exception>
    public void Apply(DebugClientOptions options)
    {
        if (read(CacheSize) is not { Length: > 0 } text) return;
        options.CacheSize = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size <= MaxCacheSize
            ? size
            : throw new UsageException($"{CacheSize}={text}: give a number of bytes up to {MaxCacheSize}");
    }

    /// <summary>The options with a log file put in, when the command line names none.</summary>
    public KdOptions WithLog(KdOptions options)
    {
        if (options.LogFile is not null) return options;
        if (read(LogFileOpen) is { Length: > 0 } open) return options with { LogFile = open, AppendsLog = false };
        return read(LogFileAppend) is { Length: > 0 } append ? options with { LogFile = append, AppendsLog = true } : options;
    }
}
