using System.Diagnostics;
using System.Net;

namespace NetKd.Transport.Net;

/// <summary>
/// The debugger's network: where its datagrams come in and go out, and the clock that its time-outs follow. <see cref="NetSockets"/> is the
/// real one. One thread at a time receives; any thread may send.
/// </summary>
public abstract class HostDatagramPort : IDisposable
{
    /// <summary>The UDP port that targets send to.</summary>
    public abstract ushort LocalPort { get; }

    /// <summary>Families on which something can be received.</summary>
    public abstract AddressFamilies Families { get; }

    /// <summary>Where the last datagram came from; overwritten by the next receive.</summary>
    public abstract SocketAddress From { get; }

    /// <summary>Ticks of a monotonic clock, <see cref="Stopwatch.Frequency"/> in a second.</summary>
    public virtual long Timestamp => Stopwatch.GetTimestamp();

    /// <summary>Waits up to a time in microseconds for a datagram. Returns its length, or 0.</summary>
    public abstract int Receive(Span<byte> buffer, int waitMicroseconds);

    /// <summary>
    /// Completes when a datagram can be received, at the latest after a time in milliseconds, or when it is cancelled: without an
    /// exception in each case, and without a thread meanwhile.
    /// </summary>
    public abstract Task WaitAsync(int milliseconds, CancellationToken cancellation);

    /// <summary>Sends a datagram. Loss is silent, as on any network.</summary>
    public abstract void Send(ReadOnlySpan<byte> datagram, SocketAddress to);

    /// <summary>Keeps to the family of the last datagram: once a target has connected, the other is silent.</summary>
    public virtual void KeepFamilyOfLast()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the port.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
