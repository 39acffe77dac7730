namespace NetKd.Capture.Sessions;

/// <summary>
/// A target and the host that debugs it: the address and port of the host, and the address of the target, whose port can change on
/// the way. Counts what needs no key to be seen.
/// </summary>
public sealed class Conversation
{
    // A night of pokes every three seconds; later ones no longer change the median.
    private const int MaxIntervals = 10_000;

    private readonly List<long> _intervals = [];
    private long _lastPoke;

    internal Conversation(int number, in PeerAddress host, in PeerAddress target)
    {
        Number = number;
        Host = host;
        Target = target;
    }

    /// <summary>Its number, from 1 in the order of appearance.</summary>
    public int Number { get; }

    /// <summary>Address and port of the debugger.</summary>
    public PeerAddress Host { get; }

    /// <summary>Address of the target, and the port it used first.</summary>
    public PeerAddress Target { get; }

    /// <summary>False when nothing shows which side is the host; then the receiver of the first packet counts as it.</summary>
    public bool IsHostKnown { get; internal set; }

    /// <summary>True when it goes without encryption.</summary>
    public bool IsUnencrypted { get; internal set; }

    /// <summary>KDNET version of the last poke, else of the last datagram.</summary>
    public byte Version { get; internal set; }

    /// <summary>Pokes of the target.</summary>
    public long Pokes { get; private set; }

    /// <summary>Median time between two pokes in nanoseconds; null with fewer than two.</summary>
    public long? PokeInterval => _intervals.Count == 0 ? null : SessionStatistics.Percentile(_intervals, 50);

    /// <summary>Requests of the host to be poked.</summary>
    public long HostPokes { get; internal set; }

    /// <summary>Responses of the host; each makes a data key.</summary>
    public long Responses { get; internal set; }

    /// <summary>Data datagrams to the host.</summary>
    public long DataToHost { get; internal set; }

    /// <summary>Data datagrams to the target.</summary>
    public long DataToTarget { get; internal set; }

    /// <summary>Data datagrams whose direction is not to be told.</summary>
    public long DataUnknown { get; internal set; }

    /// <summary>Datagrams whose HMAC was checked and is right.</summary>
    public long Authentic { get; internal set; }

    /// <summary>Datagrams with something wrong.</summary>
    public long Faulty { get; internal set; }

    internal void AddPoke(long time, byte version)
    {
        Version = version;
        if (Pokes > 0 && time >= _lastPoke && _intervals.Count < MaxIntervals) _intervals.Add(time - _lastPoke);
        _lastPoke = time;
        Pokes++;
    }

    internal void AddData(PacketDirection direction)
    {
        if (direction == PacketDirection.ToHost) DataToHost++;
        else if (direction == PacketDirection.ToTarget) DataToTarget++;
        else DataUnknown++;
    }
}
