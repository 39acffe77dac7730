namespace NetKd.Transport;

/// <summary>Counters of a link. Written by the link's thread; readers on other threads may see a value that is slightly old.</summary>
public sealed class LinkStatistics
{
    private readonly long[] _rejected = new long[Enum.GetValues<DatagramFault>().Length];

    /// <summary>Datagrams sent.</summary>
    public long DatagramsSent { get; internal set; }

    /// <summary>Datagrams received, refused ones included.</summary>
    public long DatagramsReceived { get; internal set; }

    /// <summary>Bytes of datagrams sent.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Bytes of datagrams received.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>KD data packets sent, not counting repetitions.</summary>
    public long PacketsSent { get; internal set; }

    /// <summary>KD data packets received, not counting duplicates.</summary>
    public long PacketsReceived { get; internal set; }

    /// <summary>Data packets sent again because no acknowledgement came in time.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Requests to the target to send again.</summary>
    public long ResendRequests { get; internal set; }

    /// <summary>Duplicates that were acknowledged again and dropped.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Datagrams with a sequence number that was used already.</summary>
    public long Replays { get; internal set; }

    /// <summary>Resynchronisations.</summary>
    public long Resynchronizations { get; internal set; }

    /// <summary>Pokes received that were authentic.</summary>
    public long Pokes { get; internal set; }

    /// <summary>Smoothed round-trip time, from sending a packet to its acknowledgement or reply.</summary>
    public TimeSpan RoundTrip { get; internal set; }

    /// <summary>Datagrams refused for one reason.</summary>
    public long Rejected(DatagramFault reason) => _rejected[(int)reason];

    /// <summary>Datagrams refused for any reason, replays not counted.</summary>
    public long RejectedTotal => _rejected.Sum();

    internal void AddRejected(DatagramFault reason) => _rejected[(int)reason]++;
}
