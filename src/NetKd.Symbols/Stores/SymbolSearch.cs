namespace NetKd.Symbols.Stores;

/// <summary>One search while it runs: what is looked for, and what was tried so far. Used by one task at a time.</summary>
internal sealed class SymbolSearch(SymbolKey key, SymbolFinderOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
{
    private readonly List<SymbolAttempt> _tried = [];
    private readonly HashSet<string> _visited = [];

    public SymbolKey Key => key;

    public SymbolFinderOptions Options => options;

    public IProgress<DownloadProgress>? Progress => progress;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Every place tried so far. A copy: the search goes on when nobody waits for it.</summary>
    public IReadOnlyList<SymbolAttempt> Tried => [.. _tried];

    /// <summary>The place tried last.</summary>
    public SymbolAttempt? Last => _tried.Count > 0 ? _tried[^1] : null;

    /// <summary>False when the place was visited already: several elements of a path may lead to one store.</summary>
    public bool Visit(string place) => _visited.Add(place);

    public void Note(string place, SymbolAttemptOutcome outcome, string reason) => _tried.Add(new SymbolAttempt(place, outcome, reason));

    /// <summary>A line of the symbol server's, as <c>!sym noisy</c> shows it.</summary>
    public void TraceServer(string text) => options.Trace?.Invoke($"SYMSRV:  {text}");

    /// <summary>A line of the symbol search's, as <c>!sym noisy</c> shows it.</summary>
    public void TraceSearch(string text) => options.Trace?.Invoke($"DBGHELP: {text}");
}
