namespace NetKd.Target.Server;

/// <summary>
/// The target's end of the serial dialect: RESET to begin, ids that toggle, 0xAA behind data (facts: kdnet-wire, sections 3 and 6 and
/// appendix B). A debugger counts as connected once anything of it was understood.
/// </summary>
public sealed class KdSerialLink : TargetLink
{
    // What a debugger may take to answer, beside the time on the line.
    private const int AnswerMicroseconds = 60_000;
    private const int LongestResendWait = 4_000_000;
    private const int IdleWait = 1_000_000;

    // A sender does not pause within a packet; a gap this long means that bytes were lost.
    private const int GapMicroseconds = 250_000;

    private readonly SerialChannel _channel;
    private readonly SerialPacketReader _reader = new SerialPacketReader();
    private readonly byte[] _pending = new byte[PacketHeader.Size + PayloadLimits.Serial + 1];
    private readonly byte[] _control = new byte[PacketHeader.Size];
    private int _pendingLength;
    private PacketType _pendingType;
    private uint _nextId = PacketIds.SerialInitial | PacketIds.SerialSyncBit;
    private uint _expectedId = PacketIds.SerialInitial;
    private uint _resent;
    private bool _isConnected;
    private long _resendAt;
    private long _lastByteAt;
    private int _resendWait;

    /// <summary>Makes a link over a channel.</summary>
    public KdSerialLink(SerialChannel channel) => _channel = channel;

    /// <inheritdoc/>
    public override bool IsConnected => _isConnected;

    /// <inheritdoc/>
    public override int PayloadLimit => PayloadLimits.Serial;

    /// <inheritdoc/>
    public override Span<byte> Outgoing => ((Span<byte>)_pending).Slice(PacketHeader.Size, PayloadLimits.Serial);

    /// <inheritdoc/>
    public override bool IsPending => _pendingLength != 0;

    /// <inheritdoc/>
    public override PacketType PendingType => _pendingType;

    /// <inheritdoc/>
    public override PacketType Type => _reader.Header.Type;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Payload => _reader.Payload;

    /// <inheritdoc/>
    public override uint Resent => _resent;

    /// <inheritdoc/>
    public override uint Rejected => _reader.Skipped;

    /// <inheritdoc/>
    public override int FirstResendWait => AnswerMicroseconds + 2 * LineMicroseconds(PacketHeader.Size);

    /// <inheritdoc/>
    public override long Microseconds => _channel.Microseconds;

    /// <inheritdoc/>
    public override bool IsClosed => _channel.IsClosed;

    /// <inheritdoc/>
    public override void Send(PacketType type, int payloadLength)
    {
        GiveUp();
        PacketHeader.WriteData(_pending, type, payloadLength, _nextId);
        _pending[PacketHeader.Size + payloadLength] = PacketHeader.SerialTrailer;
        _pendingLength = PacketHeader.Size + payloadLength + 1;
        _pendingType = type;
        _resendWait = AnswerMicroseconds + 2 * LineMicroseconds(_pendingLength);
        Transmit();
    }

    /// <inheritdoc/>
    public override void GiveUp()
    {
        if (_pendingLength == 0) return;
        _pendingLength = 0;
        _nextId = PacketIds.SerialNext(_nextId);
    }

    /// <inheritdoc/>
    public override void Resend()
    {
        _resent++;
        Transmit();
    }

    /// <inheritdoc/>
    public override BodyKind Receive(int waitMicroseconds)
    {
        if (waitMicroseconds < 0) waitMicroseconds = IdleWait;
        long deadline = Microseconds + waitMicroseconds;
        while (true)
        {
            SerialItem item = _reader.Take();
            if (item == SerialItem.None)
            {
                if (!Read(deadline)) return BodyKind.None;
                continue;
            }

            BodyKind kind = TakeItem(item);
            if (kind != BodyKind.None) return kind;
        }
    }

    // False when the time is over.
    private bool Read(long deadline)
    {
        long now = Microseconds;
        if (IsPending && now >= _resendAt)
        {
            _resent++;
            if (_resendWait < LongestResendWait) _resendWait *= 2;
            Transmit();
            now = Microseconds;
        }

        long until = IsPending && _resendAt < deadline ? _resendAt : deadline;
        bool partial = _reader.IsPartial;
        if (partial && _lastByteAt + GapMicroseconds < until) until = _lastByteAt + GapMicroseconds;
        int count = _channel.Receive(_reader.Free(), until > now ? (int)(until - now) : 0);
        if (count > 0)
        {
            _reader.Add(count);
            _lastByteAt = Microseconds;
            return true;
        }

        now = Microseconds;
        if (partial && now - _lastByteAt >= GapMicroseconds)
        {
            _reader.DropPartial();
            SendControl(PacketType.Resend, 0);
            return true;
        }

        return now < deadline && !IsClosed;
    }

    private BodyKind TakeItem(SerialItem item)
    {
        switch (item)
        {
            case SerialItem.BreakIn:
                _isConnected = true;
                return BodyKind.BreakIn;
            case SerialItem.Damaged:
                SendControl(PacketType.Resend, 0);
                return BodyKind.None;
        }

        _isConnected = true;
        if (!_reader.Header.IsData) return TakeControl();
        uint id = PacketIds.SerialAcknowledgement(_reader.Header.Id);
        SendControl(PacketType.Acknowledge, id);
        if (id != _expectedId)
        {
            // The host did not see our acknowledgement, so it did not see the reply behind it either.
            if (IsPending) Resend();
            return BodyKind.None;
        }

        _expectedId = PacketIds.SerialNext(id);
        GiveUp();
        return BodyKind.Packet;
    }

    private BodyKind TakeControl()
    {
        switch (_reader.Header.Type)
        {
            case PacketType.Acknowledge:
                if (_reader.Header.Id == PacketIds.SerialAcknowledgement(_nextId)) GiveUp();
                return BodyKind.None;
            case PacketType.Resend:
                if (IsPending) Resend();
                return BodyKind.None;
            case PacketType.Reset:
                // Whoever begins anew is told again what happened; it knows nothing, or wants to be sure (facts: kdnet-wire, section 6).
                _pendingLength = 0;
                _nextId = PacketIds.SerialInitial | PacketIds.SerialSyncBit;
                _expectedId = PacketIds.SerialInitial;
                SendControl(PacketType.Reset, 0);
                return BodyKind.NewHost;
            default:
                return BodyKind.None;
        }
    }

    private void Transmit()
    {
        _channel.Send(((ReadOnlySpan<byte>)_pending).Slice(0, _pendingLength));
        _resendAt = Microseconds + _resendWait;
    }

    private void SendControl(PacketType type, uint id)
    {
        PacketHeader.WriteControl(_control, type, id);
        _channel.Send(_control);
    }

    private int LineMicroseconds(int bytes) => (int)(bytes * 10_000_000L / _channel.BaudRate);
}
