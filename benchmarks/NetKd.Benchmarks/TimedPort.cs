using System.Diagnostics;
using NetKd.Protocol.Net;
using NetKd.Target.Server;

namespace NetKd.Benchmarks;

/// <summary>
/// The target's port, noting how long the debugger takes from a large reply to its next request: both debuggers by the same clock, the way
/// there and back included.
/// </summary>
internal sealed class TimedPort(DatagramPort inner) : DatagramPort, IDisposable
{
    private const int SmallestReply = 1000;
    private const int RequestSize = 102;

    private long _repliedAt;

    /// <summary>Microseconds from reply to request, one for each.</summary>
    public List<double> Turnarounds { get; } = [];

    public override PeerAddress LocalAddress => inner.LocalAddress;

    public override long Microseconds => inner.Microseconds;

    public override bool IsClosed => inner.IsClosed;

    public override int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from)
    {
        int length = inner.Receive(buffer, waitMicroseconds, out from);
        if (length == RequestSize && _repliedAt != 0)
        {
            lock (Turnarounds) Turnarounds.Add(Stopwatch.GetElapsedTime(_repliedAt).TotalMicroseconds);
            _repliedAt = 0;
        }

        return length;
    }

    public override void Send(ReadOnlySpan<byte> datagram, in PeerAddress to)
    {
        inner.Send(datagram, to);
        if (datagram.Length >= SmallestReply) _repliedAt = Stopwatch.GetTimestamp();
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();
}
