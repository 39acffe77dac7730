namespace NetKd.Target.Hosting;

/// <summary>
/// A port behind a bad network: loses, doubles, delays and reorders datagrams both ways. Which ones is decided by the seed alone. Used by
/// one thread; delayed datagrams move whenever the port is used.
/// </summary>
public sealed class LossyDatagramPort : DatagramPort
{
    private const long OvertakingTime = 2_000;

    private readonly DatagramPort _inner;
    private readonly NetworkFaults _faults;
    private readonly Random _random;
    private readonly List<Held> _incoming = [];
    private readonly List<Held> _outgoing = [];

    /// <summary>Wraps a port.</summary>
    public LossyDatagramPort(DatagramPort inner, NetworkFaults faults)
    {
        _inner = inner;
        _faults = faults;
        _random = new Random(faults.Seed);
    }

    /// <summary>Datagrams lost so far.</summary>
    public int Lost { get; private set; }

    /// <inheritdoc/>
    public override PeerAddress LocalAddress => _inner.LocalAddress;

    /// <inheritdoc/>
    public override long Microseconds => _inner.Microseconds;

    /// <inheritdoc/>
    public override bool IsClosed => _inner.IsClosed;

    /// <inheritdoc/>
    public override int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from)
    {
        long deadline = Microseconds + waitMicroseconds;
        while (true)
        {
            long now = Microseconds;
            SendDue(now);
            if (TakeDue(_incoming, now) is Held due && due.Bytes.Length <= buffer.Length)
            {
                due.Bytes.CopyTo(buffer);
                from = due.Peer;
                return due.Bytes.Length;
            }

            long until = Math.Min(deadline, Math.Min(NextDue(_incoming), NextDue(_outgoing)));
            int length = _inner.Receive(buffer, until > now ? (int)(until - now) : 0, out from);
            if (length > 0 && !Disturb(buffer[..length], from, _incoming)) return length;
            if (length == 0 && (Microseconds >= deadline || IsClosed)) return 0;
        }
    }

    /// <inheritdoc/>
    public override void Send(ReadOnlySpan<byte> datagram, in PeerAddress to)
    {
        SendDue(Microseconds);
        if (!Disturb(datagram, to, _outgoing)) _inner.Send(datagram, to);
    }

    // True when the datagram is not to be passed on now: lost, or held for later. A duplicate is always held.
    private bool Disturb(ReadOnlySpan<byte> datagram, in PeerAddress peer, List<Held> held)
    {
        bool lost = _random.NextDouble() < _faults.Loss;
        bool twice = _random.NextDouble() < _faults.Duplicate;
        bool late = _random.NextDouble() < _faults.Reorder;
        if (lost)
        {
            Lost++;
            return true;
        }

        long due = Microseconds + _faults.LatencyMilliseconds * 1000L;
        if (twice) held.Add(new Held(datagram.ToArray(), peer, due));
        if (late) due += OvertakingTime;
        if (!late && _faults.LatencyMilliseconds == 0) return false;
        held.Add(new Held(datagram.ToArray(), peer, due));
        return true;
    }

    private void SendDue(long now)
    {
        while (TakeDue(_outgoing, now) is Held due) _inner.Send(due.Bytes, due.Peer);
    }

    private static Held? TakeDue(List<Held> held, long now)
    {
        for (int i = 0; i < held.Count; i++)
        {
            Held candidate = held[i];
            if (candidate.Due > now) continue;
            held.RemoveAt(i);
            return candidate;
        }

        return null;
    }

    private static long NextDue(List<Held> held)
    {
        long next = long.MaxValue;
        foreach (Held candidate in held) next = Math.Min(next, candidate.Due);
        return next;
    }

    private sealed record Held(byte[] Bytes, PeerAddress Peer, long Due);
}
