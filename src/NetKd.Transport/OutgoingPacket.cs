namespace NetKd.Transport;

/// <summary>
/// The data packet that a link has under way, one at a time in both dialects: when to send it again, and when to ask for a reply that got
/// lost. What differs between the dialects, ids and the way out, is the link's. Times are ticks of the link's clock. For the link's thread.
/// </summary>
/// <param name="capacity">Bytes of the largest packet.</param>
/// <param name="replyPatience">How long a target may work on an answer before it is asked whether the answer got lost.</param>
/// <param name="statistics">Counters of the link.</param>
internal sealed class OutgoingPacket(int capacity, long replyPatience, LinkStatistics statistics)
{
    // kd tells its user after 64 tries; with waits that double, eight tries are as telling and come after some seconds.
    private const int RepetitionsBeforeWarning = 8;

    private readonly byte[] _bytes = new byte[capacity];
    private readonly RoundTripEstimator _roundTrip = new();
    private int _length;
    private bool _acknowledged;
    private bool _expectsReply;
    private bool _warned;
    private long _sentAt;

    /// <summary>Where the packet is composed.</summary>
    internal Span<byte> Buffer => _bytes;

    /// <summary>The packet.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>True until the packet, and the reply it may have, is dealt with.</summary>
    internal bool IsUnderWay => _length != 0;

    /// <summary>True while it waits for its acknowledgement.</summary>
    internal bool IsSending => IsUnderWay && !_acknowledged;

    /// <summary>True while its reply is awaited, acknowledged or not.</summary>
    internal bool AwaitsReply => IsUnderWay && _expectsReply;

    /// <summary>When something has to be done about it.</summary>
    internal long Deadline { get; private set; }

    /// <summary>How often it was sent again, or its reply asked for, since there was news of it.</summary>
    internal int Repetitions { get; private set; }

    /// <summary>Begins with what was composed. <paramref name="lineTicks"/> is the time that it takes on the line.</summary>
    internal void Begin(int length, bool expectsReply, long now, long lineTicks)
    {
        _length = length;
        _acknowledged = false;
        _expectsReply = expectsReply;
        _warned = false;
        Repetitions = 0;
        _sentAt = now;
        Deadline = now + lineTicks + _roundTrip.Timeout;
        statistics.PacketsSent++;
    }

    /// <summary>The target has it. True when that is news, and the next packet gets the next id.</summary>
    internal bool Acknowledge(long now)
    {
        if (!IsSending) return false;
        _acknowledged = true;
        if (Repetitions == 0)
        {
            _roundTrip.Add(now - _sentAt);
            statistics.RoundTrip = _roundTrip.Smoothed;
        }

        Repetitions = 0;
        if (_expectsReply) Deadline = now + replyPatience + _roundTrip.Timeout;
        else Finish();
        return true;
    }

    /// <summary>It is sent again.</summary>
    internal void Repeat(long now, long lineTicks)
    {
        Repetitions++;
        statistics.Retransmissions++;
        Deadline = now + lineTicks + _roundTrip.TimeoutAfter(Repetitions);
    }

    /// <summary>
    /// Its reply is asked for: what got lost still waits on the target, which sends it again. A target that is only slow has nothing to send
    /// and ignores that; the question repeated would make it work twice.
    /// </summary>
    internal void AskForReply(long now)
    {
        Repetitions++;
        statistics.ResendRequests++;
        Deadline = now + replyPatience + _roundTrip.TimeoutAfter(Repetitions);
    }

    /// <summary>Nothing can be done about it yet.</summary>
    internal void Postpone(long now) => Deadline = now + _roundTrip.Timeout;

    /// <summary>The next thing is to be done about it at a time.</summary>
    internal void WaitUntil(long time) => Deadline = time;

    /// <summary>A reply is coming in: nothing needs to be repeated meanwhile.</summary>
    internal void HearsReply(long now) => Deadline = Math.Max(Deadline, now + replyPatience);

    /// <summary>The target has forgotten that it had it.</summary>
    internal void TakeBackAcknowledgement() => _acknowledged = false;

    /// <summary>Done with, or given up.</summary>
    internal void Finish() => _length = 0;

    /// <summary>True once, when the user should hear that the target does not answer.</summary>
    internal bool IsTimeToWarn()
    {
        if (_warned || Repetitions < RepetitionsBeforeWarning) return false;
        _warned = true;
        return true;
    }
}
