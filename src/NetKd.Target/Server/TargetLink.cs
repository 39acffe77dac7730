namespace NetKd.Target.Server;

/// <summary>
/// How a target's packets reach its debugger, reliably and in order: one data packet is under way at a time. Compiled hosted and
/// bare-metal; never throws; owned by one thread.
/// </summary>
public abstract class TargetLink
{
    /// <summary>True once a debugger has shown itself.</summary>
    public abstract bool IsConnected { get; }

    /// <summary>The largest payload of a packet, in bytes.</summary>
    public abstract int PayloadLimit { get; }

    /// <summary>
    /// The largest payload of a packet of memory that the debugger asked for: more than <see cref="PayloadLimit"/> where the link offers more.
    /// </summary>
    public virtual int MemoryPayloadLimit => PayloadLimit;

    /// <summary>Where the payload of the next packet to send is composed.</summary>
    public abstract Span<byte> Outgoing { get; }

    /// <summary>True while a data packet waits for its acknowledgement.</summary>
    public abstract bool IsPending { get; }

    /// <summary>Type of the packet under way.</summary>
    public abstract PacketType PendingType { get; }

    /// <summary>Type of the packet that <see cref="Receive"/> returned.</summary>
    public abstract PacketType Type { get; }

    /// <summary>Payload of that packet, valid until the next call.</summary>
    public abstract ReadOnlySpan<byte> Payload { get; }

    /// <summary>Data packets sent again because nothing acknowledged them, or because the host asked.</summary>
    public abstract uint Resent { get; }

    /// <summary>Datagrams refused, or bytes of a serial line that belonged to no packet.</summary>
    public abstract uint Rejected { get; }

    /// <summary>Pokes sent; 0 on links that know none.</summary>
    public virtual uint Pokes => 0;

    /// <summary>The first wait for an acknowledgement, in microseconds.</summary>
    public abstract int FirstResendWait { get; }

    /// <summary>Microseconds of a monotonic clock.</summary>
    public abstract long Microseconds { get; }

    /// <summary>True once nothing will ever come or go here.</summary>
    public abstract bool IsClosed { get; }

    /// <summary>Sends what was composed in <see cref="Outgoing"/>. A packet that nobody acknowledged yet is given up.</summary>
    public abstract void Send(PacketType type, int payloadLength);

    /// <summary>Drops the packet under way.</summary>
    public abstract void GiveUp();

    /// <summary>Sends the packet under way once more, at once.</summary>
    public abstract void Resend();

    /// <summary>
    /// Takes one new data packet or a break-in, within a time in microseconds (-1: as long as the link cares to wait at a stretch);
    /// acknowledges, re-sends and resynchronises on the way.
    /// </summary>
    public abstract BodyKind Receive(int waitMicroseconds);
}
