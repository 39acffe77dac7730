namespace NetKd.Symbols.Stores.Http;

/// <summary>Ends a request when its server sends nothing, or next to nothing, for too long; or when its caller wants that.</summary>
internal sealed class SilenceLimit : IDisposable
{
    /// <summary>Fewer bytes in a whole time-out count as none: a server cannot hold a download up with a byte now and then.</summary>
    private const int LeastBytes = 1024;

    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _both;
    private readonly TimeSpan _timeout;
    private int _bytes;

    public SilenceLimit(TimeSpan timeout, CancellationToken caller)
    {
        _timeout = timeout;
        _caller = caller;
        _timer = new CancellationTokenSource(timeout);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
    }

    public CancellationToken Token => _both.Token;

    public bool IsCancelledByCaller => _caller.IsCancellationRequested;

    public bool IsOver => _timer.IsCancellationRequested;

    /// <summary>Tells that bytes came.</summary>
    public void Heard(int bytes)
    {
        _bytes += bytes;
        if (_bytes < LeastBytes) return;
        _bytes = 0;
        _timer.CancelAfter(_timeout);
    }

    public void Dispose()
    {
        _both.Dispose();
        _timer.Dispose();
    }
}
