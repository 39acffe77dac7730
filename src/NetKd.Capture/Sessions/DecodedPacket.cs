namespace NetKd.Capture.Sessions;

/// <summary>A datagram of a debugging session, explained.</summary>
public sealed record DecodedPacket
{
    /// <summary>Number of its frame in the file, from 1.</summary>
    public required long FrameNumber { get; init; }

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public required long Time { get; init; }

    /// <summary>Who sent it.</summary>
    public required PeerAddress Source { get; init; }

    /// <summary>To whom.</summary>
    public required PeerAddress Destination { get; init; }

    /// <summary>Bytes of the datagram on the wire.</summary>
    public required int WireLength { get; init; }

    /// <summary>The target and host that it belongs to.</summary>
    public required Conversation Conversation { get; init; }

    /// <summary>Which way it goes.</summary>
    public PacketDirection Direction { get; init; }

    /// <summary>What it came by.</summary>
    public PacketChannel Channel { get; init; }

    /// <summary>KDNET protocol version; 0 without encryption.</summary>
    public byte Version { get; init; }

    /// <summary>KDNET sequence number; null where it cannot be read.</summary>
    public ulong? Sequence { get; init; }

    /// <summary>Sequence numbers of the data channel that were passed over before this one.</summary>
    public ulong MissingBefore { get; init; }

    /// <summary>What it is.</summary>
    public PacketContent Content { get; init; }

    /// <summary>The header of a KD packet.</summary>
    public PacketHeader? Header { get; init; }

    /// <summary>The call of a manipulate packet.</summary>
    public ManipulateApi? Api { get; init; }

    /// <summary>Whether the same side has sent this KD packet before: same id, same contents.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>For a reply: nanoseconds since its request was first sent.</summary>
    public long? ReplyTime { get; init; }

    /// <summary>What it says.</summary>
    public IReadOnlyList<PacketField> Fields { get; init; } = [];

    /// <summary>What is wrong with it, a phrase each.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>The decrypted body; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
}
