namespace NetKd.Symbols.Stores;

/// <summary>How files are looked for.</summary>
public sealed record SymbolFinderOptions
{
    /// <summary>The largest file that is taken from a store or unpacked, in bytes.</summary>
    public long MaxFileBytes { get; init; } = 8L << 30;

    /// <summary>How many downloads run at once.</summary>
    public int MaxDownloads { get; init; } = 6;

    /// <summary>How long a server may take to take a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a server may send nothing, or next to nothing, before it is given up. There is no limit on a download as a whole.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Proxy for servers as <c>host:port</c>, from the environment's <c>_NT_SYMBOL_PROXY</c> unless set; null for the system's settings.</summary>
    public string? Proxy { get; init; } = Environment.GetEnvironmentVariable("_NT_SYMBOL_PROXY");

    /// <summary>Whether the place is looked at where the image says that its PDB was built. A share is never: a target could make us log on to it.</summary>
    public bool UsePathOfImage { get; init; } = true;

    /// <summary>
    /// Told every place that is tried, a line at a time, in the style of <c>!sym noisy</c>; null for silence. Called from any thread, also
    /// while a download goes on behind.
    /// </summary>
    public Action<string>? Trace { get; init; }
}
