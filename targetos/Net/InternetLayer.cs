namespace NetKd.TargetOs.Net;

/// <summary>
/// The machine on the Internet by one protocol version: it keeps an address by itself and carries UDP. Polled, never waiting; interrupts
/// are masked around every use. KDNET speaks IPv4 or IPv6, never both (facts: kernel-debugging-docs, C.11), so there is one of these.
/// </summary>
internal abstract class InternetLayer
{
    /// <summary>The address that a peer sees; all zero while there is none. Its port is 0.</summary>
    public abstract PeerAddress LocalAddress { get; }

    /// <summary>Where the datagram that <see cref="Poll"/> found came from.</summary>
    public abstract PeerAddress Source { get; }

    /// <summary>The port that the datagram was sent to.</summary>
    public abstract ushort DestinationPort { get; }

    /// <summary>The datagram's payload, valid until the next poll.</summary>
    public abstract ReadOnlySpan<byte> Payload { get; }

    /// <summary>Sends what is due to get or keep an address.</summary>
    public abstract void Advance();

    /// <summary>Handles one frame. False when none was there; <paramref name="datagram"/> tells that it carried UDP for somebody here.</summary>
    public abstract bool Poll(out bool datagram);

    /// <summary>Sends a UDP datagram. Dropped when it is too long, or while there is no address or no way to the destination.</summary>
    public abstract void SendUdp(ReadOnlySpan<byte> payload, ushort sourcePort, in PeerAddress to);
}
