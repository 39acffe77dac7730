namespace NetKd.Capture.Sessions;

/// <summary>A <see cref="DecodedPacket"/> in the making.</summary>
internal sealed class PacketDraft
{
    private Conversation? _conversation;

    public PacketChannel Channel { get; init; }

    public byte Version { get; init; }

    public PacketContent Content { get; set; }

    public PacketDirection Direction { get; private set; }

    public bool IsAuthentic { get; set; }

    public ulong? Sequence { get; set; }

    public ulong MissingBefore { get; set; }

    public PacketHeader? Header { get; set; }

    public ManipulateApi? Api { get; set; }

    public bool IsRepeat { get; set; }

    public long? ReplyTime { get; set; }

    public byte[] Body { get; set; } = [];

    public List<PacketField> Fields { get; } = [];

    public List<string> Faults { get; } = [];

    public void SetConversation(Conversation conversation, bool? fromHost)
    {
        _conversation = conversation;
        Direction = fromHost switch
        {
            null => PacketDirection.Unknown,
            true => PacketDirection.ToTarget,
            false => PacketDirection.ToHost,
        };
    }

    public DecodedPacket ToPacket(in CapturedDatagram datagram) => new()
    {
        FrameNumber = datagram.FrameNumber,
        Time = datagram.Time,
        Source = datagram.Source,
        Destination = datagram.Destination,
        WireLength = datagram.WireLength,
        Conversation = _conversation!,
        Direction = Direction,
        Channel = Channel,
        Version = Version,
        Sequence = Sequence,
        MissingBefore = MissingBefore,
        Content = Content,
        Header = Header,
        Api = Api,
        IsRepeat = IsRepeat,
        ReplyTime = ReplyTime,
        Fields = Fields,
        Faults = Faults,
        Body = Body,
    };
}
