using System.Diagnostics;

namespace NetKd.Transport;

/// <summary>What a <see cref="KdLink.Receive"/> brought.</summary>
public enum LinkSignal
{
    /// <summary>Nothing within the time given.</summary>
    None,
    /// <summary>A data packet: see <see cref="KdLink.Type"/> and <see cref="KdLink.Payload"/>.</summary>
    Packet,
    /// <summary>A target has connected for the first time.</summary>
    Connected,
    /// <summary>The target restarted and has connected again: nothing of what was known of it holds.</summary>
    Restarted,
    /// <summary>The same boot of the target has connected again, perhaps from another address; the session goes on.</summary>
    Reconnected,
}

/// <summary>
/// A link to one target: delivers KD packets reliably and in order. One thread at a time sends and receives;
/// <see cref="SendBreakIn"/> and <see cref="Resynchronize"/> may be called from any thread.
/// </summary>
public abstract class KdLink : IDisposable
{
    /// <summary>What was sent, received and refused so far.</summary>
    public LinkStatistics Statistics { get; } = new();

    /// <summary>Called for every KD packet while set. Called on the thread that sends or receives; it must be quick.</summary>
    public PacketTrace? Trace { get; set; }

    /// <summary>Shown every datagram while set; links that are not made of datagrams show it none.</summary>
    public IDatagramTap? Tap { get; set; }

    /// <summary>Raised with one line for the user: a connection, a refused datagram with its likely cause. Rate limited.</summary>
    public event Action<LinkNotice>? Notice;

    /// <summary>Type of the packet that <see cref="Receive"/> returned.</summary>
    public PacketType Type { get; protected set; }

    /// <summary>Payload of that packet, valid until the next call.</summary>
    public abstract ReadOnlySpan<byte> Payload { get; }

    /// <summary>The largest KD payload that this link and its target carry.</summary>
    public abstract int MaxPayload { get; }

    /// <summary>
    /// Bytes of memory in the packets that the target has offered and this side takes; 0 for NT's. Links that cannot carry them pass it over.
    /// </summary>
    public int LargeMemory { get; set; }

    /// <summary>The largest KD payload of requests for memory and their replies.</summary>
    public virtual int MaxMemoryPayload => MaxPayload;

    /// <summary>True once a target has connected.</summary>
    public abstract bool IsConnected { get; }

    /// <summary>True while a packet that was sent waits for its acknowledgement.</summary>
    public abstract bool IsSending { get; }

    /// <summary>A phrase that says what this link listens to or talks to, without secrets.</summary>
    public abstract string Description { get; }

    /// <summary>Why no target has connected yet, as far as the link can tell: one line with the next step. Empty once one has.</summary>
    public virtual string WhyNotConnected => "";

    /// <summary>Ticks of the clock that this link's time-outs follow, <see cref="Stopwatch.Frequency"/> in a second.</summary>
    public virtual long Timestamp => Stopwatch.GetTimestamp();

    /// <summary>When the target last said something on the data channel, by <see cref="Timestamp"/>: pokes do not count.</summary>
    public virtual long LastHeard => 0;

    /// <summary>
    /// True when nothing is under way, so that the caller may wait by <see cref="WaitIdleAsync"/>. A link that never says so needs its
    /// caller in <see cref="Receive"/> all the time.
    /// </summary>
    public virtual bool CanWaitIdle => false;

    /// <summary>
    /// Waits without a thread until <see cref="Receive"/> may have something, at most for a time in milliseconds. Being cancelled ends the
    /// wait without an exception.
    /// </summary>
    public virtual Task WaitIdleAsync(int milliseconds, CancellationToken cancellation) =>
        throw new NotSupportedException("This link cannot wait idly.");

    /// <summary>
    /// Waits up to a time for the next packet or signal; sends again what was not acknowledged and answers the target on the way.
    /// </summary>
    /// <exception cref="LinkLostException">The link broke and does not come back by itself.</exception>
    public abstract LinkSignal Receive(int timeoutMilliseconds);

    /// <summary>
    /// Sends a data packet. Returns at once; <see cref="Receive"/> sends it again until it is acknowledged and, when a reply is
    /// expected, asks for a reply that got lost.
    /// </summary>
    public abstract void Send(PacketType type, ReadOnlySpan<byte> payload, bool expectsReply);

    /// <summary>Asks the running target to stop.</summary>
    public abstract void SendBreakIn();

    /// <summary>Agrees with the target on packet ids anew.</summary>
    public abstract void Resynchronize();

    /// <summary>Takes the next speed of a serial line; no effect elsewhere. May be called from any thread.</summary>
    public virtual void CycleSpeed()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the link.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Shows a whole packet to <see cref="Trace"/>; one that is damaged is not shown.</summary>
    protected void TracePacket(bool sent, ReadOnlySpan<byte> packet)
    {
        if (Trace is not { } trace) return;
        if (PacketHeader.TryRead(packet, out PacketHeader header) == PacketFault.None)
            trace(sent, header, packet.Slice(PacketHeader.Size, header.ByteCount));
    }

    /// <summary>Ticks of <see cref="Timestamp"/> as microseconds to wait, rounded up; 0 for a time that is over.</summary>
    protected static int ToMicroseconds(long ticks) =>
        ticks <= 0 ? 0 : (int)Math.Min(ticks * 1_000_000 / Stopwatch.Frequency + 1, int.MaxValue);

    private protected void WarnOfSilence(OutgoingPacket packet)
    {
        if (packet.IsTimeToWarn())
            Tell(LinkNoticeKind.Warning, $"The target does not answer ({packet.Repetitions} tries): it may be off, restarting or cut off. Still trying; Ctrl+R resynchronises.");
    }

    /// <summary>Raises <see cref="Notice"/>.</summary>
    protected void Tell(LinkNoticeKind kind, string text) => Notice?.Invoke(new LinkNotice(kind, text));
}

/// <summary>Sees a KD packet: direction, header and payload.</summary>
public delegate void PacketTrace(bool sent, in PacketHeader header, ReadOnlySpan<byte> payload);

/// <summary>What a notice is about.</summary>
public enum LinkNoticeKind
{
    /// <summary>Ordinary news.</summary>
    Information,
    /// <summary>Something that the user may have to act on.</summary>
    Warning,
}

/// <summary>One line for the user about the link.</summary>
/// <param name="Kind">How urgent it is.</param>
/// <param name="Text">The line.</param>
public sealed record LinkNotice(LinkNoticeKind Kind, string Text);
