using System.Diagnostics;

namespace NetKd.Transport.Com;

/// <summary>How both ends come to agree: a RESET each way, or the first packet of a target that has just begun.</summary>
public sealed partial class SerialLink
{
    private static readonly long s_firstResetInterval = Stopwatch.Frequency / 2;
    private static readonly long s_resetInterval = Stopwatch.Frequency * 2;

    private bool _synchronized;
    private bool _connected;
    private bool _expectsBeginning;
    private int _resetsSent;
    private long _nextReset;
    private volatile bool _resynchronizeRequested;

    /// <inheritdoc/>
    public override bool IsConnected => _connected;

    /// <inheritdoc/>
    public override string WhyNotConnected => _connected ? "" : Explain();

    /// <inheritdoc/>
    public override void Resynchronize() => _resynchronizeRequested = true;

    private void Synchronize(long now)
    {
        _resynchronizeRequested = false;
        bool enough = _options.Resets != 0 && _resetsSent >= _options.Resets && !_connected;
        _nextReset = enough ? long.MaxValue : now + (_resetsSent == 0 ? s_firstResetInterval : s_resetInterval);
        if (enough || _stream is not { HasCarrier: true }) return;
        _resetsSent++;
        Statistics.Resynchronizations++;
        _synchronized = false;
        SendControl(PacketType.Reset, 0);
    }

    private LinkSignal TakeReset()
    {
        _synchronized = true;
        _expectsBeginning = true;
        _nextReset = long.MaxValue;
        _lastId = 0;
        _expectedId = PacketIds.SerialInitial;
        _sendId = PacketIds.SerialInitial;
        if (IsSending || _outgoing.AwaitsReply)
        {
            // What the target has not taken, or has forgotten the reply to, is asked again, under the id that it now expects.
            _outgoing.TakeBackAcknowledgement();
            PacketHeader.TryRead(_outgoing.Bytes, out PacketHeader header);
            PacketHeader.WriteData(_outgoing.Buffer, header.Type, header.ByteCount, _sendId);
            // Behind a line that was lost there may be another boot, which says so first: it must not get the question.
            if (_reopened) _outgoing.WaitUntil(Timestamp + s_firstResetInterval);
            else Repeat(Timestamp);
        }

        return _connected ? LinkSignal.None : Connect();
    }

    private LinkSignal Connect()
    {
        _connected = true;
        _synchronized = true;
        _nextReset = long.MaxValue;
        Tell(LinkNoticeKind.Information, $"Connected to a target on {_stream?.Description}.");
        return LinkSignal.Connected;
    }

    // The packet that told of it comes next.
    private LinkSignal Restart()
    {
        _synchronized = true;
        _nextReset = long.MaxValue;
        _sendId = PacketIds.SerialInitial;
        _outgoing.Finish();
        _hasPacket = true;
        // The new boot may have taken something that was meant for the old one, and count on from there.
        _resynchronizeRequested = true;
        return LinkSignal.Restarted;
    }

    private string Explain()
    {
        if (_stream is null) return $"{_options.MaskedText["com:".Length..]} is not there yet: start the virtual machine";
        if (!_stream.HasCarrier) return $"the modem on {_stream.Description} has no carrier: nobody has called, or the cable is off";
        return _reader.Skipped > 0
            ? $"{_reader.Skipped} bytes came on {_stream.Description}, but no debugger packet: the baud rates differ, or the target's console uses this port"
            : $"nothing came on {_stream.Description}: the target is off, not set up for serial debugging, its port or baud rate differ, or the cable is not a null modem";
    }
}
