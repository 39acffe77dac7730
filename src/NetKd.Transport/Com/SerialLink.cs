using System.Diagnostics;

namespace NetKd.Transport.Com;

/// <summary>
/// A link over a serial line: RESET to begin, ids that toggle, 0xAA behind data, packets of up to 4000 bytes (facts: kdnet-wire, sections 3
/// and 6 and appendix B). This file is the packets; <c>SerialLink.Synchronizing.cs</c> is how both ends come to agree, and
/// <c>SerialLink.Line.cs</c> the line under it.
/// </summary>
/// <remarks>
/// A serial target has no identity of a boot. It counts as restarted when it begins its ids anew, with the synchronising bit set, without
/// having been asked to by a RESET; and when a line that was lost comes back with a report of a module.
/// </remarks>
public sealed partial class SerialLink : KdLink
{
    private const int PacketCapacity = PacketHeader.Size + PayloadLimits.Serial + 1;
    private static readonly long s_replyPatience = Stopwatch.Frequency / 5;

    private readonly OutgoingPacket _outgoing;
    private readonly byte[] _control = new byte[PacketHeader.Size];

    private uint _sendId = PacketIds.SerialInitial;
    private uint _expectedId = PacketIds.SerialInitial;
    private uint _lastId;
    private uint _lastChecksum;
    private bool _hasPacket;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Payload => _reader.Payload;

    /// <inheritdoc/>
    public override int MaxPayload => PayloadLimits.Serial;

    /// <inheritdoc/>
    public override bool IsSending => _outgoing.IsSending;

    /// <inheritdoc/>
    public override long LastHeard => _lastHeard;

    /// <inheritdoc/>
    public override void Send(PacketType type, ReadOnlySpan<byte> payload, bool expectsReply)
    {
        // Of a packet that was given up nobody knows whether the target has it, and so which id it expects next: they agree anew, before
        // the packet and not behind it, since a reset makes the target forget its reply.
        if (_resynchronizeRequested || IsSending) Synchronize(Timestamp);
        if (!_synchronized) _sendId = PacketIds.SerialInitial;
        payload.CopyTo(_outgoing.Buffer[PacketHeader.Size..]);
        PacketHeader.WriteData(_outgoing.Buffer, type, payload.Length, _sendId);
        _outgoing.Buffer[PacketHeader.Size + payload.Length] = PacketHeader.SerialTrailer;
        int length = PacketHeader.Size + payload.Length + 1;
        _outgoing.Begin(length, expectsReply, Timestamp, LineTicks(length));
        TracePacket(sent: true, _outgoing.Bytes);
        // The answer to the reset sends it otherwise.
        if (_synchronized) Write(_outgoing.Bytes);
    }

    /// <inheritdoc/>
    public override void SendBreakIn() => Write([PacketHeader.BreakInByte]);

    /// <inheritdoc/>
    public override LinkSignal Receive(int timeoutMilliseconds)
    {
        if (_hasPacket)
        {
            // The packet that told of the connection.
            _hasPacket = false;
            return LinkSignal.Packet;
        }

        long end = Timestamp + timeoutMilliseconds * (Stopwatch.Frequency / 1000);
        while (true)
        {
            SerialItem item = _reader.Take();
            if (item != SerialItem.None)
            {
                LinkSignal signal = TakeItem(item);
                if (signal != LinkSignal.None) return signal;
                continue;
            }

            long now = Timestamp;
            if (now >= _nextReset || _resynchronizeRequested) Synchronize(now);
            if (_outgoing.IsUnderWay && now >= _outgoing.Deadline) OutgoingTimedOut(now);
            if (now >= end && timeoutMilliseconds > 0) return LinkSignal.None;
            long until = Math.Min(end, _nextReset);
            if (_outgoing.IsUnderWay) until = Math.Min(until, _outgoing.Deadline);
            if (!Fill(now, until) && timeoutMilliseconds == 0) return LinkSignal.None;
        }
    }

    private LinkSignal TakeItem(SerialItem item)
    {
        _lastHeard = Timestamp;
        if (item == SerialItem.Damaged)
        {
            Statistics.ResendRequests++;
            SendControl(PacketType.Resend, 0);
            return LinkSignal.None;
        }

        if (item != SerialItem.Packet) return LinkSignal.None;
        if (Trace is { } trace) trace(sent: false, _reader.Header, _reader.Payload);
        return _reader.Header.IsData ? TakeData() : TakeControl();
    }

    private LinkSignal TakeData()
    {
        uint raw = _reader.Header.Id;
        uint id = PacketIds.SerialAcknowledgement(raw);
        bool begins = raw != id;
        // Without its reset the target counts in a way unknown to us; what it has said it will say again.
        if (!_synchronized && !begins) return LinkSignal.None;
        SendControl(PacketType.Acknowledge, id);
        bool repeated = raw == _lastId && _reader.Header.Checksum == _lastChecksum;
        if (repeated || (id != _expectedId && !begins))
        {
            Statistics.Duplicates++;
            return LinkSignal.None;
        }

        bool restarted = begins && _connected && (!_expectsBeginning || (_reopened && ReportsModule()));
        _expectsBeginning = false;
        _reopened = false;
        _lastId = raw;
        _lastChecksum = _reader.Header.Checksum;
        _expectedId = PacketIds.SerialNext(id);
        Statistics.PacketsReceived++;
        Type = _reader.Header.Type;
        if (restarted) return Restart();
        Acknowledged();
        if (Type == PacketType.StateManipulate) _outgoing.Finish();
        if (_connected) return LinkSignal.Packet;
        _hasPacket = true;
        return Connect();
    }

    // A line that was lost comes back either with the machine that had it, or with one that boots: that one reports its kernel first.
    private bool ReportsModule() =>
        _reader.Header.Type == PacketType.StateChange64 && StateChange.TryRead(_reader.Payload, out StateChange change) && change.Kind == StateChangeKind.LoadSymbols;

    private LinkSignal TakeControl()
    {
        switch (_reader.Header.Type)
        {
            case PacketType.Acknowledge when _reader.Header.Id == _sendId:
                Acknowledged();
                return LinkSignal.None;
            case PacketType.Resend when IsSending:
                Repeat(Timestamp);
                return LinkSignal.None;
            case PacketType.Reset:
                return TakeReset();
            default:
                return LinkSignal.None;
        }
    }

    // A data packet counts as the acknowledgement that it overtook.
    private void Acknowledged()
    {
        if (_outgoing.Acknowledge(Timestamp)) _sendId = PacketIds.SerialNext(_sendId);
    }

    private void OutgoingTimedOut(long now)
    {
        if (!_synchronized)
        {
            _outgoing.Postpone(now);
            return;
        }

        if (IsSending)
        {
            Repeat(now);
            return;
        }

        _outgoing.AskForReply(now);
        SendControl(PacketType.Resend, 0);
        WarnOfSilence(_outgoing);
    }

    private void Repeat(long now)
    {
        _outgoing.Repeat(now, LineTicks(_outgoing.Bytes.Length));
        Write(_outgoing.Bytes);
        WarnOfSilence(_outgoing);
    }

    private void SendControl(PacketType type, uint id)
    {
        PacketHeader.WriteControl(_control, type, id);
        TracePacket(sent: true, _control);
        Write(_control);
    }
}
