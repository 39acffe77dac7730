using System.Diagnostics;
using System.Net;
using NetKd.Protocol.Net;
using NetKd.Target.Server;
using NetKd.Transport.Net;

namespace NetKd.Testing;

/// <summary>
/// A network in simulated time between one target and one debugger, each on a thread of its own. The clock moves only when both wait,
/// straight to the next thing that happens, so that minutes of lost datagrams and long ways take milliseconds to test.
/// </summary>
internal sealed class VirtualNetwork : IDisposable
{
    // A datagram's way, and what a look that does not wait costs: without the latter a busy machine would stop the clock.
    private const long TransitMicroseconds = 50;
    private const long LookMicroseconds = 20;
    private const ushort HostPortNumber = 50000;
    private const ushort TargetPortNumber = 50001;

    private readonly object _turn = new();
    private readonly Node _host = new();
    private readonly Node _target = new();
    private long _now = 1_000_000;

    public VirtualNetwork()
    {
        Host = new HostEnd(this);
        Target = new TargetEnd(this);
    }

    /// <summary>The debugger's end.</summary>
    public HostDatagramPort Host { get; }

    /// <summary>The target's end.</summary>
    public DatagramPort Target { get; private set; }

    /// <summary>While true, nothing arrives: the cable is out.</summary>
    public volatile bool IsSilent;

    /// <summary>Longer datagrams do not arrive, as in a network that lets no fragments through.</summary>
    public int LongestDatagram { get; set; } = int.MaxValue;

    /// <summary>Simulated microseconds that have passed.</summary>
    public long Microseconds
    {
        get
        {
            lock (_turn) return _now;
        }
    }

    /// <summary>Pulls the target's plug when it has sent a number of datagrams more. Completes when that has happened.</summary>
    public Task CutTargetAfter(int datagrams)
    {
        TaskCompletionSource cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_turn) ((TargetEnd)Target).CutAfter(datagrams, cut);
        return cut.Task;
    }

    /// <summary>Takes a target away that was cut off; its place is for the machine that boots next.</summary>
    public void ReplaceTarget()
    {
        lock (_turn)
        {
            ((TargetEnd)Target).IsGone = true;
            _target.Datagrams.Clear();
            _target.BlockedUntil = null;
            Target = new TargetEnd(this);
            Monitor.PulseAll(_turn);
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _host.IsClosed = true;
            _target.IsClosed = true;
            Monitor.PulseAll(_turn);
        }
    }

    private void Deliver(Node to, ReadOnlySpan<byte> datagram)
    {
        if (IsSilent || datagram.Length > LongestDatagram) return;
        lock (_turn)
        {
            to.Datagrams.Enqueue((_now + TransitMicroseconds, datagram.ToArray()));
            if (to.BlockedUntil is { } until) to.BlockedUntil = Math.Min(until, _now + TransitMicroseconds);
        }
    }

    /// <summary>Waits in simulated time. Returns the length of a datagram, 0 without one, or -1 when there is one and it is only looked for.</summary>
    private int Wait(Node node, Span<byte> buffer, bool takes, long microseconds, Func<bool> isOver)
    {
        lock (_turn)
        {
            long deadline = _now + Math.Max(microseconds, LookMicroseconds);
            while (!node.IsClosed && !isOver())
            {
                node.BlockedUntil = null;
                if (node.Datagrams.TryPeek(out (long Due, byte[] Bytes) next) && next.Due <= _now)
                {
                    if (!takes) return -1;
                    node.Datagrams.Dequeue();
                    if (next.Bytes.Length > buffer.Length) continue;
                    next.Bytes.CopyTo(buffer);
                    return next.Bytes.Length;
                }

                if (_now >= deadline) return 0;
                node.BlockedUntil = node.Datagrams.Count > 0 ? Math.Min(deadline, next.Due) : deadline;
                if (!Advance()) Monitor.Wait(_turn);
            }

            node.BlockedUntil = null;
            return 0;
        }
    }

    // To the next thing that happens, when nobody has anything to do before.
    private bool Advance()
    {
        if (IsBusy(_host) || IsBusy(_target)) return false;
        _now = Math.Max(_now, Math.Min(_host.BlockedUntil ?? long.MaxValue, _target.BlockedUntil ?? long.MaxValue));
        if (_host.BlockedUntil <= _now) _host.BlockedUntil = null;
        if (_target.BlockedUntil <= _now) _target.BlockedUntil = null;
        Monitor.PulseAll(_turn);
        return true;
    }

    private static bool IsBusy(Node node) => !node.IsClosed && node.BlockedUntil is null;

    private sealed class Node
    {
        public readonly Queue<(long Due, byte[] Bytes)> Datagrams = new();
        public long? BlockedUntil;
        public bool IsClosed;
    }

    private sealed class HostEnd(VirtualNetwork network) : HostDatagramPort
    {
        private static readonly SocketAddress s_target = new IPEndPoint(IPAddress.Loopback, TargetPortNumber).Serialize();

        public override ushort LocalPort => HostPortNumber;

        public override AddressFamilies Families => AddressFamilies.IPv4;

        public override SocketAddress From => s_target;

        public override long Timestamp => network.Microseconds * (Stopwatch.Frequency / 1_000_000);

        public override int Receive(Span<byte> buffer, int waitMicroseconds) => network.Wait(network._host, buffer, takes: true, waitMicroseconds, () => false);

        public override async Task WaitAsync(int milliseconds, CancellationToken cancellation)
        {
            await using CancellationTokenRegistration wake = cancellation.Register(() =>
            {
                lock (network._turn) Monitor.PulseAll(network._turn);
            });
            await Task.Run(() => network.Wait(network._host, [], takes: false, milliseconds * 1000L, () => cancellation.IsCancellationRequested), CancellationToken.None);
        }

        public override void Send(ReadOnlySpan<byte> datagram, SocketAddress to) => network.Deliver(network._target, datagram);

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            lock (network._turn)
            {
                network._host.IsClosed = true;
                Monitor.PulseAll(network._turn);
            }
        }
    }

    private sealed class TargetEnd(VirtualNetwork network) : DatagramPort
    {
        private static readonly PeerAddress s_host = PeerAddress.FromIPv4(0x7F00_0001, HostPortNumber);

        private int _left = int.MaxValue;
        private TaskCompletionSource? _cut;

        public volatile bool IsGone;

        public void CutAfter(int datagrams, TaskCompletionSource cut)
        {
            _left = datagrams;
            _cut = cut;
        }

        public override PeerAddress LocalAddress => PeerAddress.FromIPv4(0x7F00_0001, TargetPortNumber);

        public override long Microseconds => network.Microseconds;

        public override bool IsClosed => IsGone || network._target.IsClosed;

        public override int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from)
        {
            from = s_host;
            return IsGone ? 0 : network.Wait(network._target, buffer, takes: true, waitMicroseconds, () => IsGone);
        }

        public override void Send(ReadOnlySpan<byte> datagram, in PeerAddress to)
        {
            if (IsGone) return;
            network.Deliver(network._host, datagram);
            lock (network._turn)
            {
                if (_left-- > 0) return;
                IsGone = true;
                _cut!.SetResult();
            }
        }
    }
}
