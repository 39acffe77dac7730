namespace NetKd.Capture.Files;

/// <summary>A UDP datagram of a capture.</summary>
public readonly record struct CapturedDatagram
{
    /// <summary>Number of its frame in the file, from 1.</summary>
    public long FrameNumber { get; init; }

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public long Time { get; init; }

    /// <summary>Who sent it.</summary>
    public PeerAddress Source { get; init; }

    /// <summary>To whom.</summary>
    public PeerAddress Destination { get; init; }

    /// <summary>What was captured of its payload.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Bytes of the payload on the wire.</summary>
    public int WireLength { get; init; }
}
