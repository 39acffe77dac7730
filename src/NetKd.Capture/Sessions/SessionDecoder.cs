namespace NetKd.Capture.Sessions;

/// <summary>
/// Explains the datagrams of kernel debugging in the order of a capture: finds KDNET by its magic, learns data keys from the
/// handshakes that it sees, decrypts, checks, and follows any number of targets and re-keys. Without a key it tells what needs none.
/// Nothing in a datagram throws. For one thread. This file is the way of a datagram; <c>SessionDecoder.Bodies.cs</c> is what is in it.
/// </summary>
public sealed partial class SessionDecoder : IDisposable
{
    /// <summary>How many pairs of target and host are followed; a forged capture could name any number.</summary>
    public const int MaxConversations = 1024;

    // Datagram lengths that tell the three control packets apart without a key (facts: kdnet-wire, sections 1, 2 and 6).
    private const int PokeLength = 374;
    private const int ResponseLength = 358;
    private const int HostPokeLength = DatagramCodec.MinSize;

    private readonly KdNetKey[] _keys;
    private readonly DatagramCipher[] _controls;
    private readonly byte[] _plaintext = new byte[DatagramCodec.LargeSize];
    private readonly Dictionary<ConversationKey, ConversationState> _conversations = [];
    private readonly List<Conversation> _inOrder = [];

    /// <summary>A decoder with the keys that the targets of the capture may use; none for what can be told without.</summary>
    public SessionDecoder(params ReadOnlySpan<KdNetKey> keys)
    {
        _keys = keys.ToArray();
        _controls = new DatagramCipher[keys.Length];
        for (int i = 0; i < keys.Length; i++) ChannelKeys.LoadControl(_controls[i] = new DatagramCipher(), keys[i]);
    }

    /// <summary>The conversations seen so far, in order of appearance.</summary>
    public IReadOnlyList<Conversation> Conversations => _inOrder;

    /// <summary>Datagrams of debugging that are not followed because there were <see cref="MaxConversations"/> already.</summary>
    public long NotFollowed { get; private set; }

    /// <summary>True when a key was given.</summary>
    public bool HasKey => _keys.Length > 0;

    /// <summary>Explains the next datagram; null when it is not of kernel debugging.</summary>
    public DecodedPacket? Decode(in CapturedDatagram datagram)
    {
        ReadOnlySpan<byte> payload = datagram.Payload.Span;
        DatagramFault fault = DatagramCodec.Inspect(payload, out byte version, out bool isControl, DatagramCodec.LargeSize);
        PacketDraft? draft = fault == DatagramFault.Magic || payload.Length < DatagramCodec.ClearHeaderSize
            ? DecodeUnencrypted(datagram)
            : DecodeEncrypted(datagram, fault, version, isControl);
        return draft?.ToPacket(datagram);
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        foreach (DatagramCipher control in _controls) control.Forget();
        foreach (ConversationState state in _conversations.Values) state.Dispose();
        Array.Clear(_keys);
    }

    private PacketDraft? DecodeEncrypted(in CapturedDatagram datagram, DatagramFault fault, byte version, bool isControl)
    {
        ReadOnlySpan<byte> payload = datagram.Payload.Span;
        PacketDraft draft = new() { Channel = isControl ? PacketChannel.Control : PacketChannel.Data, Version = version, Content = PacketContent.Encrypted };
        bool isCut = payload.Length < datagram.WireLength;
        if (isCut) draft.Faults.Add($"the capture holds only {payload.Length} of its {datagram.WireLength} bytes");
        else if (fault != DatagramFault.None) draft.Faults.Add(DatagramFaultText.Describe(fault, version));
        bool canOpen = fault == DatagramFault.None && !isCut;
        return isControl ? DecodeControl(datagram, draft, canOpen) : DecodeData(datagram, draft, canOpen);
    }

    private PacketDraft? DecodeControl(in CapturedDatagram datagram, PacketDraft draft, bool canOpen)
    {
        draft.Content = datagram.WireLength switch
        {
            PokeLength => PacketContent.Poke,
            ResponseLength => PacketContent.PokeResponse,
            HostPokeLength => PacketContent.HostPoke,
            _ => PacketContent.Encrypted,
        };
        bool? fromHost = draft.Content switch
        {
            PacketContent.Poke => false,
            PacketContent.PokeResponse or PacketContent.HostPoke => true,
            _ => null,
        };

        int used = -1;
        DatagramInfo info = default;
        for (int i = 0; canOpen && i < _keys.Length && used < 0; i++)
        {
            if (TryOpen(_controls[i], datagram.Payload.Span, draft, out info, out bool isFromHost)) (used, fromHost) = (i, isFromHost);
        }

        if (canOpen && HasKey && used < 0 && draft.Faults.Count == 0) draft.Faults.Add(DatagramFaultText.Describe(DatagramFault.Authentication, draft.Version));
        ConversationState? state = fromHost is { } known ? Find(datagram, known) : FindEither(datagram, out fromHost);
        if (state is null) return null;
        draft.SetConversation(state.Conversation, fromHost);
        if (used >= 0) DecodeControlBody(state, draft, _keys[used], info, datagram.FrameNumber);
        Count(state.Conversation, draft, datagram.Time);
        return draft;
    }

    private PacketDraft? DecodeData(in CapturedDatagram datagram, PacketDraft draft, bool canOpen)
    {
        if (FindEither(datagram, out bool? fromHost) is not { } state) return null;
        draft.SetConversation(state.Conversation, fromHost);
        if (canOpen && HasKey)
        {
            DataKey? key = TryKeys(state, datagram.Payload.Span, draft, out DatagramInfo info, out bool isFromHost)
                ?? TryKeysOfHost(state, datagram, draft, out info, out isFromHost);
            if (key is not null)
            {
                if (fromHost is { } byAddress && byAddress != isFromHost)
                    draft.Faults.Add($"claims to come from the {(isFromHost ? "host" : "target")}, but its address says otherwise");
                draft.SetConversation(state.Conversation, isFromHost);
                draft.Sequence = info.Sequence;
                if (key.TakeSequence(info.Sequence, isFromHost, out ulong missing)) draft.MissingBefore = missing;
                else draft.Faults.Add($"sequence number {info.Sequence} is not above the last: a replay, or captured twice");
                DecodeBody(state, draft, _plaintext.AsSpan(info.BodyOffset, info.BodyLength), isFromHost, datagram.Time);
            }
            else if (draft.Faults.Count == 0)
            {
                draft.Faults.Add(state.Keys.Count == 0
                    ? "no poke response that opens with the key stands before it in the capture: its data key cannot be known"
                    : DatagramFaultText.Describe(DatagramFault.Authentication, draft.Version));
            }
        }

        Count(state.Conversation, draft, datagram.Time);
        return draft;
    }

    private DataKey? TryKeys(ConversationState state, ReadOnlySpan<byte> payload, PacketDraft draft, out DatagramInfo info, out bool fromHost)
    {
        foreach (DataKey key in state.Keys)
        {
            if (!TryOpen(key.Cipher, payload, draft, out info, out fromHost)) continue;
            state.Use(key);
            return key;
        }

        (info, fromHost) = (default, false);
        return null;
    }

    // A target that moved to another address goes on with its key until it has a new one (facts: kdnet-wire, section 3).
    private DataKey? TryKeysOfHost(ConversationState state, in CapturedDatagram datagram, PacketDraft draft, out DatagramInfo info, out bool fromHost)
    {
        (info, fromHost) = (default, false);
        if (draft.Faults.Count > 0) return null;
        foreach (ConversationState other in _conversations.Values)
        {
            PeerAddress host = other.Conversation.Host;
            if (ReferenceEquals(other, state) || !(host.SameAs(datagram.Destination) || host.SameAs(datagram.Source))) continue;
            if (TryKeys(other, datagram.Payload.Span, draft, out info, out fromHost) is { } key) return key;
        }

        return null;
    }

    // True for an authentic datagram of either direction. One that is authentic but has a bad pad count is told as a fault.
    private bool TryOpen(DatagramCipher cipher, ReadOnlySpan<byte> payload, PacketDraft draft, out DatagramInfo info, out bool fromHost)
    {
        fromHost = false;
        DatagramFault fault = DatagramCodec.Open(cipher, payload, _plaintext, fromHost: false, out info);
        if (fault == DatagramFault.Direction)
        {
            fromHost = true;
            fault = DatagramCodec.Open(cipher, payload, _plaintext, fromHost: true, out info);
        }

        if (fault == DatagramFault.Padding) draft.Faults.Add(DatagramFaultText.Describe(fault, draft.Version));
        draft.IsAuthentic = fault == DatagramFault.None;
        return draft.IsAuthentic;
    }

    private static void Count(Conversation conversation, PacketDraft draft, long time)
    {
        if (draft.Content == PacketContent.Poke) conversation.AddPoke(time, draft.Version);
        else if (draft.Content == PacketContent.PokeResponse) conversation.Responses++;
        else if (draft.Content == PacketContent.HostPoke) conversation.HostPokes++;
        if (draft.Channel != PacketChannel.Control) conversation.AddData(draft.Direction);
        if (conversation.Version == 0) conversation.Version = draft.Version;
        if (draft.IsAuthentic) conversation.Authentic++;
        if (draft.Faults.Count > 0) conversation.Faulty++;
    }

    // The conversation of a datagram whose direction is known.
    private ConversationState? Find(in CapturedDatagram datagram, bool fromHost)
    {
        PeerAddress host = fromHost ? datagram.Source : datagram.Destination;
        PeerAddress target = fromHost ? datagram.Destination : datagram.Source;
        if (FindOrAdd(host, target) is not { } state) return null;
        state.Conversation.IsHostKnown = true;
        return state;
    }

    // The conversation of a datagram that does not tell its direction: one whose host is known goes first.
    private ConversationState? FindEither(in CapturedDatagram datagram, out bool? fromHost)
    {
        _conversations.TryGetValue(ConversationKey.Of(datagram.Destination, datagram.Source), out ConversationState? toHost);
        _conversations.TryGetValue(ConversationKey.Of(datagram.Source, datagram.Destination), out ConversationState? toTarget);
        if (toTarget is not null && (toHost is null || !toHost.Conversation.IsHostKnown))
        {
            fromHost = toTarget.Conversation.IsHostKnown ? true : null;
            return toTarget;
        }

        toHost ??= FindOrAdd(datagram.Destination, datagram.Source);
        fromHost = toHost is { Conversation.IsHostKnown: true } ? false : null;
        return toHost;
    }

    private ConversationState? FindOrAdd(in PeerAddress host, in PeerAddress target)
    {
        ConversationKey key = ConversationKey.Of(host, target);
        if (_conversations.TryGetValue(key, out ConversationState? state)) return state;
        if (_conversations.Count == MaxConversations)
        {
            NotFollowed++;
            return null;
        }

        Conversation conversation = new(_inOrder.Count + 1, host, target);
        _inOrder.Add(conversation);
        state = new ConversationState(conversation);
        _conversations.Add(key, state);
        return state;
    }
}
