using System.Diagnostics;

namespace NetKd.Transport.Com;

/// <summary>The line: bytes in and out, its speed, and what happens when it breaks.</summary>
public sealed partial class SerialLink
{
    // A sender does not pause within a packet; a gap this long means that bytes were lost.
    private static readonly long s_gap = Stopwatch.Frequency / 4;
    private static readonly long s_reopenInterval = Stopwatch.Frequency / 2;

    // The documented cycle of CTRL+A (facts: kernel-debugging-docs, A.7).
    private static readonly int[] s_speeds = [19200, 38400, 57600, 115200];

    private readonly ComConnectionOptions _options;
    private readonly SerialPacketReader _reader = new();
    private readonly Lock _writeLock = new();
    private readonly Func<SerialStream> _open;
    private SerialStream? _stream;
    private IOException? _broken;
    private long _lastByteAt;
    private long _lastHeard;
    private long _nextOpen;
    private bool _reopened;

    /// <summary>Opens the line.</summary>
    /// <exception cref="LinkOpenException">It cannot be had, and the options do not say to wait for it.</exception>
    public SerialLink(ComConnectionOptions options)
        : this(options, () => SerialStreams.Open(options))
    {
    }

    /// <summary>Uses lines that a function opens: the first at once, another after each break when the options say to reconnect.</summary>
    /// <exception cref="LinkOpenException">The line cannot be had, and the options do not say to wait for it.</exception>
    public SerialLink(ComConnectionOptions options, Func<SerialStream> open)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(open);
        _options = options;
        _open = open;
        _outgoing = new OutgoingPacket(PacketCapacity, s_replyPatience, Statistics);
        try
        {
            _stream = open();
        }
        catch (LinkOpenException) when (options.Reconnects)
        {
            // It is waited for: a virtual machine makes its pipe when it starts.
        }
    }

    /// <summary>True when the line is there; a line to wait for may not be yet.</summary>
    public bool IsOpen => _stream is not null;

    /// <inheritdoc/>
    public override string Description => _stream?.Description ?? _options.MaskedText;

    /// <inheritdoc/>
    public override long Timestamp => _stream?.Timestamp ?? Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public override void CycleSpeed()
    {
        if (_stream is not { } stream) return;
        int speed = s_speeds[(Array.IndexOf(s_speeds, stream.BaudRate) + 1) % s_speeds.Length];
        Tell(LinkNoticeKind.Information, stream.TrySetBaudRate(speed)
            ? $"Baud rate {speed}. The target keeps its own; Ctrl+R resynchronises."
            : $"{stream.Description} has no baud rate to change.");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _stream?.Dispose();
    }

    /// <summary>Waits until a time for bytes and gives them to the reader. False when none came.</summary>
    /// <exception cref="LinkLostException">The line broke, and the options do not say to reconnect.</exception>
    private bool Fill(long now, long until)
    {
        if (_broken is { } broken) Lose(broken);
        if (_stream is null && !Reopen(now, until)) return false;
        bool partial = _reader.IsPartial;
        if (partial) until = Math.Min(until, _lastByteAt + s_gap);
        int count;
        try
        {
            count = _stream!.Read(_reader.Free(), ToMicroseconds(until - now));
        }
        catch (IOException e)
        {
            Lose(e);
            return false;
        }

        now = Timestamp;
        if (count > 0)
        {
            _reader.Add(count);
            Statistics.BytesReceived += count;
            _lastByteAt = now;
            // While a reply is coming in, nothing needs to be repeated.
            if (_outgoing.IsUnderWay) _outgoing.HearsReply(now);
            return true;
        }

        if (partial && now - _lastByteAt >= s_gap)
        {
            _reader.DropPartial();
            Statistics.ResendRequests++;
            if (_synchronized) SendControl(PacketType.Resend, 0);
            return true;
        }

        return false;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        // A break-in comes from another thread than the packets do, and must not fall into the middle of one.
        lock (_writeLock)
        {
            if (_stream is not { } stream || _broken is not null) return;
            try
            {
                stream.Write(bytes);
                Statistics.BytesSent += bytes.Length;
            }
            catch (IOException e)
            {
                _broken = e;
            }
        }
    }

    private void Lose(IOException reason)
    {
        SerialStream? stream;
        lock (_writeLock)
        {
            stream = _stream;
            _stream = null;
            _broken = null;
        }

        string description = stream?.Description ?? _options.MaskedText;
        stream?.Dispose();
        if (!_options.Reconnects)
            throw new LinkLostException($"The connection through {description} broke ({reason.Message}); attach again, or add reconnect to have it opened again by itself.", reason);
        Tell(LinkNoticeKind.Warning, $"The connection through {description} broke ({reason.Message}); waiting for it to come back.");
        while (_reader.IsPartial) _reader.DropPartial();
        _synchronized = false;
        _resetsSent = 0;
        _nextReset = 0;
    }

    private bool Reopen(long now, long until)
    {
        if (now >= _nextOpen)
        {
            _nextOpen = now + s_reopenInterval;
            try
            {
                SerialStream opened = _open();
                lock (_writeLock) _stream = opened;
                Tell(LinkNoticeKind.Information, $"Opened {opened.Description}");
                _nextReset = 0;
                _reopened = true;
                return true;
            }
            catch (LinkOpenException)
            {
                // Not there yet.
            }
        }

        long wait = Math.Min(until, _nextOpen) - now;
        if (wait > 0) Thread.Sleep(TimeSpan.FromSeconds((double)wait / Stopwatch.Frequency));
        return false;
    }

    private long LineTicks(int bytes) => bytes * 10L * Stopwatch.Frequency / (_stream?.BaudRate ?? ComConnectionOptions.DefaultBaudRate);
}
