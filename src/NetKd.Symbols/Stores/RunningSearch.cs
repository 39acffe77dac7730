namespace NetKd.Symbols.Stores;

/// <summary>A search that several callers may wait for. It ends early when the last of them leaves and none asked it to go on.</summary>
internal sealed class RunningSearch : IProgress<DownloadProgress>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IProgress<DownloadProgress>> _listeners = [];
    private readonly TaskCompletionSource<SymbolSearchResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;
    private bool _started;
    private bool _goesOn;
    private bool _over;
    private bool _disposed;

    /// <summary>Ends with what the search gave.</summary>
    public Task<SymbolSearchResult> Result => _result.Task;

    /// <summary>Waits for the search too; false when it is over or about to be.</summary>
    public bool TryJoin(IProgress<DownloadProgress>? progress)
    {
        lock (_lock)
        {
            if (_over) return false;
            _waiting++;
            if (progress is not null) _listeners.Add(progress);
            return true;
        }
    }

    /// <summary>Starts the search unless it runs already.</summary>
    public void Start(Func<CancellationToken, Task<SymbolSearchResult>> search, Action atEnd)
    {
        lock (_lock)
        {
            if (_started) return;
            _started = true;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                _result.TrySetResult(await search(_stop.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                _result.TrySetCanceled(_stop.Token);
            }
            catch (Exception e)
            {
                _result.TrySetException(e);
            }
            finally
            {
                atEnd();
                Dispose();
            }
        });
    }

    /// <summary>Waits no longer.</summary>
    public void Leave(IProgress<DownloadProgress>? progress, bool goOnBehind)
    {
        lock (_lock)
        {
            if (progress is not null) _listeners.Remove(progress);
            _goesOn |= goOnBehind;
            if (--_waiting > 0 || _goesOn || _over) return;
            _over = true;
        }

        Stop();
    }

    public void Stop()
    {
        lock (_lock)
        {
            if (!_disposed) _ = _stop.CancelAsync();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _over = _disposed = true;
            _stop.Dispose();
        }
    }

    public void Report(DownloadProgress value)
    {
        IProgress<DownloadProgress>[] listeners;
        lock (_lock) listeners = [.. _listeners];
        foreach (IProgress<DownloadProgress> listener in listeners) listener.Report(value);
    }
}
