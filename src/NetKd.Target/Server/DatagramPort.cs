namespace NetKd.Target.Server;

/// <summary>The target's network: one UDP port, a clock and randomness. Compiled hosted and bare-metal; never throws.</summary>
public abstract class DatagramPort
{
    /// <summary>
    /// Takes one datagram. Returns its length, or 0 when none came within <paramref name="waitMicroseconds"/> (0: do not wait).
    /// A datagram longer than the buffer is dropped.
    /// </summary>
    public abstract int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from);

    /// <summary>Sends one datagram from the target's port. Loss is silent, as on any network.</summary>
    public abstract void Send(ReadOnlySpan<byte> datagram, in PeerAddress to);

    /// <summary>The target's own address and port, as the poke states it.</summary>
    public abstract PeerAddress LocalAddress { get; }

    /// <summary>True once nothing will ever come or go here: every wait ends, and a halted machine is let go.</summary>
    public virtual bool IsClosed => false;

    /// <summary>Microseconds of a monotonic clock.</summary>
    public abstract long Microseconds { get; }
}
