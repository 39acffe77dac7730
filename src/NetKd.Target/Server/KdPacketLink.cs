namespace NetKd.Target.Server;

/// <summary>
/// Reliable KD packets over a <see cref="KdNetEndpoint"/>: ids, acknowledgements, re-sending, resynchronisation, in the KDNET manner
/// (facts: kdnet-wire, section 3). One data packet is under way at a time.
/// </summary>
public sealed class KdPacketLink : TargetLink
{
    // The first wait for an acknowledgement; it doubles up to the longest.
    private const int FirstResendMicroseconds = 60_000;
    private const int LongestResendWait = 960_000;

    // Held open by a debugger that reads nothing while its user thinks: waking this often costs nothing and bounds every wait.
    private const int IdleWait = 1_000_000;

    private readonly KdNetEndpoint _endpoint;
    private readonly DatagramPort _port;
    private readonly byte[] _pending;
    private readonly byte[] _control = new byte[PacketHeader.Size];
    private int _pendingLength;
    private PacketType _pendingType;
    private uint _resent;
    private uint _nextId = PacketIds.NetTargetInitial;
    private uint _lastHostId;
    private bool _hasLastHostId;
    private bool _freshKey;
    private long _resendAt;
    private int _resendWait;

    /// <summary>Makes a link over an endpoint.</summary>
    public KdPacketLink(KdNetEndpoint endpoint, DatagramPort port)
    {
        _endpoint = endpoint;
        _port = port;
        _pending = new byte[PacketHeader.Size + (endpoint.LargeMemory > 0 ? PayloadLimits.Large : PayloadLimits.Net)];
    }

    /// <inheritdoc/>
    public override bool IsConnected => _endpoint.IsConnected;

    /// <inheritdoc/>
    public override int PayloadLimit => PayloadLimits.ForNetVersion(_endpoint.Version);

    /// <inheritdoc/>
    public override int MemoryPayloadLimit => _endpoint.LargeMemory > 0 ? ManipulateHeader.Size + _endpoint.LargeMemory : PayloadLimit;

    /// <inheritdoc/>
    public override uint Rejected => _endpoint.Rejected;

    /// <inheritdoc/>
    public override uint Pokes => _endpoint.Pokes;

    /// <inheritdoc/>
    public override int FirstResendWait => FirstResendMicroseconds;

    /// <inheritdoc/>
    public override long Microseconds => _port.Microseconds;

    /// <inheritdoc/>
    public override bool IsClosed => _port.IsClosed;

    /// <inheritdoc/>
    public override Span<byte> Outgoing => ((Span<byte>)_pending).Slice(PacketHeader.Size);

    /// <inheritdoc/>
    public override bool IsPending => _pendingLength != 0;

    /// <inheritdoc/>
    public override PacketType PendingType => _pendingType;

    /// <inheritdoc/>
    public override uint Resent => _resent;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Payload => _endpoint.Body.Slice(PacketHeader.Size, _header.ByteCount);

    /// <inheritdoc/>
    public override PacketType Type => _header.Type;

    private PacketHeader _header;

    /// <inheritdoc/>
    public override void Send(PacketType type, int payloadLength)
    {
        GiveUp();
        _pendingLength = PacketHeader.Size + payloadLength;
        _pendingType = type;
        PacketHeader.WriteData(_pending, type, payloadLength, _nextId);
        _resendWait = FirstResendMicroseconds;
        Transmit();
    }

    /// <inheritdoc/>
    public override void GiveUp()
    {
        if (_pendingLength == 0) return;
        _pendingLength = 0;
        _nextId = PacketIds.NetNext(_nextId);
    }

    /// <inheritdoc/>
    public override BodyKind Receive(int waitMicroseconds)
    {
        if (waitMicroseconds < 0) waitMicroseconds = IdleWait;
        long deadline = _port.Microseconds + waitMicroseconds;
        while (true)
        {
            long now = _port.Microseconds;
            if (IsPending && now >= _resendAt)
            {
                _resent++;
                if (_resendWait < LongestResendWait) _resendWait *= 2;
                Transmit();
            }

            long until = IsPending && _resendAt < deadline ? _resendAt : deadline;
            BodyKind kind = _endpoint.Receive(until > now ? (int)(until - now) : 0);
            if (kind == BodyKind.None)
            {
                if (_port.Microseconds >= deadline || _port.IsClosed) return BodyKind.None;
                continue;
            }

            if (kind == BodyKind.BreakIn) return kind;
            if (kind == BodyKind.Connected)
            {
                _freshKey = true;
                return kind;
            }

            kind = TakePacket();
            if (kind != BodyKind.None) return kind;
        }
    }

    private BodyKind TakePacket()
    {
        ReadOnlySpan<byte> body = _endpoint.Body;
        PacketFault fault = PacketHeader.TryRead(body, out _header);
        if (fault != PacketFault.None)
        {
            SendControl(PacketType.Resend, 0);
            return BodyKind.None;
        }

        if (!_header.IsData) return TakeControl();

        uint id = PacketIds.NetAcknowledgement(_header.Id);
        _freshKey = false;
        SendControl(PacketType.Acknowledge, id);
        if (_hasLastHostId && id == _lastHostId)
        {
            // The host did not see our acknowledgement, so it did not see the reply behind it either.
            if (IsPending) Resend();
            return BodyKind.None;
        }

        _lastHostId = id;
        _hasLastHostId = true;
        Acknowledged();
        return BodyKind.Packet;
    }

    private BodyKind TakeControl()
    {
        switch (_header.Type)
        {
            case PacketType.Acknowledge:
                if (IsPending && PacketIds.NetAcknowledgement(_header.Id) == _nextId) Acknowledged();
                break;
            case PacketType.Resend:
                // RESEND first thing on a new key is how a host without a past begins; one that only changed its key says nothing
                // (facts: kdnet-wire, sections 2 and 3). It counts from its first id again.
                if (_freshKey)
                {
                    _freshKey = false;
                    _hasLastHostId = false;
                    return BodyKind.NewHost;
                }

                if (IsPending) Resend();
                break;
            case PacketType.Reset:
                // The host names its next id. If that is the one taken last, its acknowledgement got lost and the packet will come
                // again: it must not be executed twice.
                if (PacketIds.NetAcknowledgement(_header.Id) != _lastHostId) _hasLastHostId = false;
                _freshKey = false;
                SendControl(PacketType.Reset, _nextId);
                if (IsPending) Resend();
                break;
        }

        return BodyKind.None;
    }

    private void Acknowledged()
    {
        if (_pendingLength == 0) return;
        _pendingLength = 0;
        _nextId = PacketIds.NetNext(_nextId);
    }

    /// <inheritdoc/>
    public override void Resend()
    {
        _resent++;
        Transmit();
    }

    private void Transmit()
    {
        _endpoint.Send(((ReadOnlySpan<byte>)_pending).Slice(0, _pendingLength));
        _resendAt = _port.Microseconds + _resendWait;
    }

    private void SendControl(PacketType type, uint id)
    {
        PacketHeader.WriteControl(_control, type, id);
        _endpoint.Send(_control);
    }
}
