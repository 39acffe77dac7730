namespace NetKd.Target.Server;

/// <summary>
/// Reliable KD packets over a <see cref="KdNetEndpoint"/>: ids, acknowledgements, re-sending, resynchronisation, in the KDNET manner
/// (facts: kdnet-wire, section 3). One data packet is under way at a time.
/// </summary>
public sealed class KdPacketLink
{
    /// <summary>The first wait for an acknowledgement; it doubles up to <see cref="LongestResendWait"/>.</summary>
    public const int FirstResendWait = 60_000;

    /// <summary>The longest wait before a packet is sent again.</summary>
    public const int LongestResendWait = 960_000;

    // Held open by a debugger that reads nothing while its user thinks: waking this often costs nothing and bounds every wait.
    private const int IdleWait = 1_000_000;

    private readonly KdNetEndpoint _endpoint;
    private readonly DatagramPort _port;
    private readonly byte[] _pending = new byte[PacketHeader.Size + PayloadLimits.Net];
    private readonly byte[] _control = new byte[PacketHeader.Size];
    private int _pendingLength;
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
    }

    /// <summary>Where the payload of the next packet to send is composed.</summary>
    public Span<byte> Outgoing => ((Span<byte>)_pending).Slice(PacketHeader.Size);

    /// <summary>True while a data packet waits for its acknowledgement.</summary>
    public bool IsPending => _pendingLength != 0;

    /// <summary>Type of the packet under way.</summary>
    public PacketType PendingType { get; private set; }

    /// <summary>Data packets sent again because nothing acknowledged them, or because the host asked.</summary>
    public uint Resent { get; private set; }

    /// <summary>Payload of the packet that <see cref="Receive"/> returned, valid until the next call.</summary>
    public ReadOnlySpan<byte> Payload => _endpoint.Body.Slice(PacketHeader.Size, _header.ByteCount);

    /// <summary>Type of that packet.</summary>
    public PacketType Type => _header.Type;

    private PacketHeader _header;

    /// <summary>Sends what was composed in <see cref="Outgoing"/>. A packet that nobody acknowledged yet is given up.</summary>
    public void Send(PacketType type, int payloadLength)
    {
        GiveUp();
        _pendingLength = PacketHeader.Size + payloadLength;
        PendingType = type;
        PacketHeader.WriteData(_pending, type, payloadLength, _nextId);
        _resendWait = FirstResendWait;
        Transmit();
    }

    /// <summary>
    /// Drops the packet under way. Its id is used up: the host may have taken it, and would drop another packet of the same id;
    /// if it has not, the gap makes it resynchronise.
    /// </summary>
    public void GiveUp()
    {
        if (_pendingLength == 0) return;
        _pendingLength = 0;
        _nextId = PacketIds.NetNext(_nextId);
    }

    /// <summary>
    /// Takes one new data packet or a break-in, within a time in microseconds (-1: as long as the link cares to wait at a stretch);
    /// acknowledges, re-sends and resynchronises on the way.
    /// </summary>
    public BodyKind Receive(int waitMicroseconds)
    {
        if (waitMicroseconds < 0) waitMicroseconds = IdleWait;
        long deadline = _port.Microseconds + waitMicroseconds;
        while (true)
        {
            long now = _port.Microseconds;
            if (IsPending && now >= _resendAt)
            {
                Resent++;
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

    /// <summary>Sends the packet under way once more, at once.</summary>
    public void Resend()
    {
        Resent++;
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
