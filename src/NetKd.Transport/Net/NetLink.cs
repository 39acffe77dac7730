using System.Diagnostics;
using System.Net;

namespace NetKd.Transport.Net;

/// <summary>
/// A KDNET link: waits for a target's poke, opens the data channel, and carries KD packets over it (facts: kdnet-wire, sections 1 to 3).
/// This file is the packets. <c>NetLink.Handshake.cs</c> is how a session comes about, <c>NetLink.HostPokes.cs</c> how the debugger goes to
/// its target, <c>NetLink.Unencrypted.cs</c> the mode without a key, <c>NetLink.Explanation.cs</c> why nobody has connected.
/// </summary>
public sealed partial class NetLink : KdLink
{
    private const int PacketCapacity = PacketHeader.Size + PayloadLimits.Large;
    private const int ResendRequestsBeforeReset = 4;
    private static readonly long s_replyPatience = Stopwatch.Frequency / 10;
    private static readonly long s_resetInterval = Stopwatch.Frequency / 50;

    private readonly HostDatagramPort _port;
    private readonly Lock _sendLock = new();
    private readonly byte[] _incoming = new byte[DatagramCodec.LargeSize];
    private readonly byte[] _plaintext = new byte[DatagramCodec.LargeSize];
    private readonly byte[] _sealed = new byte[DatagramCodec.LargeSize];
    private readonly OutgoingPacket _outgoing;
    private readonly byte[] _controlPacket = new byte[PacketHeader.Size];
    private readonly RejectionReport _rejections = new();

    private int _payloadOffset;
    private int _payloadLength;

    private uint _expectedId;
    private uint _sendId;
    private long _lastReset;
    private long _nextChore;
    private long _heardAt;
    private long _lastHeard;
    private volatile bool _resynchronizeRequested;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Payload => _plaintext.AsSpan(_payloadOffset, _payloadLength);

    /// <inheritdoc/>
    public override int MaxPayload => PayloadLimits.ForNetVersion(_session?.Version ?? DatagramCodec.MinVersion);

    /// <inheritdoc/>
    public override int MaxMemoryPayload => LargeMemory > 0 ? ManipulateHeader.Size + LargeMemory : MaxPayload;

    /// <inheritdoc/>
    public override bool IsSending => _outgoing.IsSending;

    /// <inheritdoc/>
    public override void Send(PacketType type, ReadOnlySpan<byte> payload, bool expectsReply)
    {
        if (IsSending) _sendId = PacketIds.NetNext(_sendId);
        payload.CopyTo(_outgoing.Buffer[PacketHeader.Size..]);
        PacketHeader.WriteData(_outgoing.Buffer, type, payload.Length, _sendId);
        _outgoing.Begin(PacketHeader.Size + payload.Length, expectsReply, _port.Timestamp, lineTicks: 0);
        TracePacket(sent: true, _outgoing.Bytes);
        Transmit(_outgoing.Bytes);
    }

    /// <inheritdoc/>
    public override long Timestamp => _port.Timestamp;

    /// <inheritdoc/>
    public override long LastHeard => _lastHeard;

    /// <inheritdoc/>
    public override bool CanWaitIdle => !_outgoing.IsUnderWay && !_resynchronizeRequested;

    /// <inheritdoc/>
    public override Task WaitIdleAsync(int milliseconds, CancellationToken cancellation)
    {
        long untilChore = (_nextChore - _port.Timestamp) / (Stopwatch.Frequency / 1000) + 1;
        return _port.WaitAsync((int)Math.Clamp(untilChore, 1, milliseconds), cancellation);
    }

    /// <inheritdoc/>
    public override void SendBreakIn() => Transmit([PacketHeader.BreakInByte]);

    /// <inheritdoc/>
    public override void Resynchronize() => _resynchronizeRequested = true;

    /// <inheritdoc/>
    public override LinkSignal Receive(int timeoutMilliseconds)
    {
        long now = _port.Timestamp;
        long end = now + timeoutMilliseconds * (Stopwatch.Frequency / 1000);
        while (true)
        {
            if (_resynchronizeRequested) ResynchronizeNow(now);
            if (_outgoing.IsUnderWay && now >= _outgoing.Deadline) OutgoingTimedOut(now);
            if (now >= _nextChore) DoChores(now);
            long until = Math.Min(end, _nextChore);
            if (_outgoing.IsUnderWay) until = Math.Min(until, _outgoing.Deadline);
            int length = _port.Receive(_incoming, ToMicroseconds(until - now));
            if (length > 0)
            {
                LinkSignal signal = Take(_incoming.AsSpan(0, length));
                if (signal != LinkSignal.None) return signal;
            }

            now = _port.Timestamp;
            if (now >= end) return LinkSignal.None;
        }
    }

    // What is due now and then while nothing comes: pokes of the debugger's own, and a word to the user whose target does not connect.
    private void DoChores(long now)
    {
        _nextChore = Math.Min(PokeTargets(now), TellOfSilence(now));
    }

    private LinkSignal Take(ReadOnlySpan<byte> datagram)
    {
        Statistics.DatagramsReceived++;
        Statistics.BytesReceived += datagram.Length;
        Tap?.Observe(sent: false, _port.LocalPort, _port.From, datagram);
        if (IsUnencrypted) return TakeUnencrypted(datagram);
        DatagramFault fault = DatagramCodec.Inspect(datagram, out byte version, out bool control, LargeMemory > 0 ? DatagramCodec.LargeSize : DatagramCodec.MaxSize);
        if (fault != DatagramFault.None) return Reject(fault, version);
        if (control) return TakeControl(datagram, version);

        DatagramInfo info = default;
        fault = _session?.Open(datagram, _plaintext, out info) ?? DatagramFault.Authentication;
        if (fault == DatagramFault.Authentication) return TakeConnectionCheck(datagram, version);
        if (fault != DatagramFault.None) return Reject(fault, version);
        if (!_session!.AcceptSequence(info.Sequence))
        {
            Statistics.Replays++;
            return LinkSignal.None;
        }

        _session.Follow(_port.From);
        _heardAt = _lastHeard = _port.Timestamp;
        ReadOnlySpan<byte> body = _plaintext.AsSpan(info.BodyOffset, info.BodyLength);
        return ConnectionCheck.IsCheck(body) ? LinkSignal.None : TakePacket(body, info.BodyOffset);
    }

    private LinkSignal TakePacket(ReadOnlySpan<byte> body, int bodyOffset)
    {
        if (PacketHeader.TryRead(body, out PacketHeader header) != PacketFault.None)
        {
            Statistics.ResendRequests++;
            SendControl(PacketType.Resend, 0);
            return LinkSignal.None;
        }

        TracePacket(sent: false, body);
        if (!header.IsData)
        {
            TakeControlPacket(header);
            return LinkSignal.None;
        }

        uint id = PacketIds.NetAcknowledgement(header.Id);
        if (id != _expectedId)
        {
            if (PacketIds.NetNext(id) == _expectedId)
            {
                Statistics.Duplicates++;
                SendControl(PacketType.Acknowledge, id);
            }
            else
            {
                SendReset(_port.Timestamp);
            }

            return LinkSignal.None;
        }

        SendControl(PacketType.Acknowledge, id);
        _expectedId = PacketIds.NetNext(id);
        Statistics.PacketsReceived++;
        Acknowledged();
        if (header.Type == PacketType.StateManipulate) _outgoing.Finish();
        Type = header.Type;
        _payloadOffset = bodyOffset + PacketHeader.Size;
        _payloadLength = header.ByteCount;
        return LinkSignal.Packet;
    }

    private void TakeControlPacket(in PacketHeader header)
    {
        switch (header.Type)
        {
            case PacketType.Acknowledge when PacketIds.NetAcknowledgement(header.Id) == _sendId:
                Acknowledged();
                break;
            case PacketType.Resend when IsSending:
                Repeat(_port.Timestamp);
                break;
            case PacketType.Reset:
                _expectedId = PacketIds.NetAcknowledgement(header.Id);
                break;
        }
    }

    // A data packet counts as the acknowledgement that it overtook (facts: kdnet-wire, section 3).
    private void Acknowledged()
    {
        if (_outgoing.Acknowledge(_port.Timestamp)) _sendId = PacketIds.NetNext(_sendId);
    }

    private void OutgoingTimedOut(long now)
    {
        if (IsSending)
        {
            Repeat(now);
            return;
        }

        _outgoing.AskForReply(now);
        if (_outgoing.Repetitions % ResendRequestsBeforeReset == 0) SendReset(now);
        else SendControl(PacketType.Resend, 0);
        WarnOfSilence(_outgoing);
    }

    private void Repeat(long now)
    {
        _outgoing.Repeat(now, lineTicks: 0);
        Transmit(_outgoing.Bytes);
        WarnOfSilence(_outgoing);
    }

    private void ResynchronizeNow(long now)
    {
        _resynchronizeRequested = false;
        if (!IsConnected) return;
        _lastReset = 0;
        SendReset(now);
    }

    private void SendReset(long now)
    {
        if (now - _lastReset < s_resetInterval) return;
        _lastReset = now;
        Statistics.Resynchronizations++;
        SendControl(PacketType.Reset, _sendId);
    }

    private void SendControl(PacketType type, uint id)
    {
        PacketHeader.WriteControl(_controlPacket, type, id);
        TracePacket(sent: true, _controlPacket);
        Transmit(_controlPacket);
    }

    private void Transmit(ReadOnlySpan<byte> body)
    {
        // A break-in comes from another thread than the packets do; both share the session's send side.
        lock (_sendLock)
        {
            if (_unencryptedPeer is { } peer)
            {
                SendDatagram(body, peer);
                return;
            }

            HostSession? session = _session;
            if (session is null) return;
            body.CopyTo(_sealed.AsSpan(DatagramCodec.BodyOffset));
            int length = session.Seal(_sealed, body.Length);
            SendDatagram(_sealed.AsSpan(0, length), session.Remote);
        }
    }

    private void SendDatagram(ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        Statistics.DatagramsSent++;
        Statistics.BytesSent += datagram.Length;
        Tap?.Observe(sent: true, _port.LocalPort, to, datagram);
        _port.Send(datagram, to);
    }

    private LinkSignal Reject(DatagramFault fault, byte version)
    {
        Statistics.AddRejected(fault);
        if (!IsConnected) _sightings.Add(_port.From, fault, version);
        string? line = _rejections.Describe(fault, RemoteText(_port.From), _port.LocalPort, version, _port.Timestamp);
        if (line is not null) Tell(LinkNoticeKind.Warning, line);
        return LinkSignal.None;
    }
}
