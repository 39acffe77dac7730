namespace NetKd.Capture.Sessions;

/// <summary>What stands in a body: the handshake, and KD packets, encrypted or not.</summary>
public sealed partial class SessionDecoder
{
    private const uint HostIdBit = PacketIds.NetHostInitial;

    private void DecodeControlBody(ConversationState state, PacketDraft draft, in KdNetKey key, in DatagramInfo info, long frame)
    {
        ReadOnlySpan<byte> body = _plaintext.AsSpan(info.BodyOffset, info.BodyLength);
        draft.Sequence = info.Sequence;
        draft.Body = body.ToArray();
        bool fromHost = draft.Direction == PacketDirection.ToTarget;
        if (!fromHost && Poke.IsPoke(body))
        {
            draft.Content = PacketContent.Poke;
            state.AddPoke(frame, body);
            HandshakeDescription.AddPoke(draft.Fields, body);
        }
        else if (fromHost && PokeResponse.IsResponse(body))
        {
            draft.Content = PacketContent.PokeResponse;
            state.AddKey(key, body);
            draft.Fields.Add(state.FindPoke(body) is { } answered
                ? new PacketField("answers-frame", $"{answered}")
                : new PacketField("answers", "a poke that the capture does not hold"));
        }
        else if (fromHost && body.IsEmpty)
        {
            draft.Content = PacketContent.HostPoke;
        }
        else
        {
            draft.Content = PacketContent.Unknown;
            draft.Faults.Add($"no control packet of the {(fromHost ? "host" : "target")} has a body of {body.Length} bytes like this");
        }
    }

    // A bare datagram is of kernel debugging when it is one whole KD packet; after that, what else the two sides send each other.
    private PacketDraft? DecodeUnencrypted(in CapturedDatagram datagram)
    {
        ReadOnlySpan<byte> payload = datagram.Payload.Span;
        PacketFault fault = PacketHeader.TryRead(payload, out PacketHeader header);
        bool isWhole = fault == PacketFault.None && payload.Length == PacketHeader.Size + header.ByteCount && Enum.IsDefined(header.Type);
        bool isKnown = IsUnencrypted(datagram.Destination, datagram.Source) || IsUnencrypted(datagram.Source, datagram.Destination);
        if (!isWhole && !isKnown) return null;

        bool? fromHost = SaysFromHost(header);
        ConversationState? state = isKnown ? FindEither(datagram, out fromHost) : Find(datagram, fromHost.Value);
        if (state is null) return null;
        state.Conversation.IsUnencrypted = true;
        PacketDraft draft = new() { Channel = PacketChannel.Unencrypted };
        draft.SetConversation(state.Conversation, fromHost);
        if (payload.Length < datagram.WireLength) draft.Faults.Add($"the capture holds only {payload.Length} of its {datagram.WireLength} bytes");
        DecodeBody(state, draft, payload, fromHost ?? false, datagram.Time);
        Count(state.Conversation, draft, datagram.Time);
        return draft;
    }

    private bool IsUnencrypted(in PeerAddress host, in PeerAddress target) =>
        _conversations.TryGetValue(ConversationKey.Of(host, target), out ConversationState? state) && state.Conversation.IsUnencrypted;

    // The host's own ids have the top bit set; an acknowledgement carries the other side's (facts: kdnet-wire, section 3). A RESEND
    // without an id is what the host begins with.
    private static bool SaysFromHost(in PacketHeader header) => header.Type switch
    {
        PacketType.Acknowledge => (header.Id & HostIdBit) == 0,
        PacketType.Resend => true,
        _ => (header.Id & HostIdBit) != 0,
    };

    private static void DecodeBody(ConversationState state, PacketDraft draft, ReadOnlySpan<byte> body, bool fromHost, long time)
    {
        draft.Body = body.ToArray();
        if (!fromHost && ConnectionCheck.IsCheck(body))
        {
            draft.Content = PacketContent.ConnectionCheck;
            HandshakeDescription.AddConnectionCheck(draft.Fields, body);
            return;
        }

        if (body is [PacketHeader.BreakInByte])
        {
            draft.Content = PacketContent.BreakIn;
            return;
        }

        PacketFault fault = PacketHeader.TryRead(body, out PacketHeader header);
        if (fault != PacketFault.None) draft.Faults.Add(DatagramFaultText.Describe(fault));
        if (fault == PacketFault.Leader || body.Length < PacketHeader.Size)
        {
            draft.Content = PacketContent.Unknown;
            return;
        }

        draft.Content = PacketContent.Packet;
        draft.Header = header;
        int length = Math.Min(header.ByteCount, body.Length - PacketHeader.Size);
        int behind = body.Length - PacketHeader.Size - length;
        ReadOnlySpan<byte> payload = body.Slice(PacketHeader.Size, length);
        if (header.IsData)
        {
            draft.IsRepeat = state.IsRepeat(header, fromHost);
            draft.Api = PacketDescription.Add(draft.Fields, header.Type, payload, fromHost);
            if (draft.Api is { } api && !draft.IsRepeat) draft.ReplyTime = state.TimeOf(api, fromHost, time);
        }

        if (behind > 0) draft.Fields.Add(new PacketField("behind-packet", $"{behind} bytes", IsMain: false));
    }
}
