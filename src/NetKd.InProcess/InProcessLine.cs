using System.Diagnostics;
using NetKd.Target.Server;
using NetKd.Transport.Com;

namespace NetKd.InProcess;

/// <summary>A serial line within the process: no bytes are lost, and none takes time.</summary>
internal sealed class InProcessLine
{
    // As good as at once: time-outs that count the time on the line see next to none.
    private const int BaudRate = 1_000_000_000;

    private readonly Direction _toTarget = new();
    private readonly Direction _toHost = new();

    public InProcessLine(string description)
    {
        Host = new HostEnd(this, description);
        Target = new TargetEnd(this);
    }

    /// <summary>The debugger's end; closing it closes the line.</summary>
    public SerialStream Host { get; }

    /// <summary>The target's end.</summary>
    public SerialChannel Target { get; }

    /// <summary>Ends the line: the debugger reads the reason.</summary>
    public void Close(string reason)
    {
        _toTarget.Close(reason);
        _toHost.Close(reason);
    }

    private sealed class Direction
    {
        private readonly object _turn = new();
        private byte[] _bytes = new byte[16 * 1024];
        private int _start;
        private int _end;

        public string? Reason { get; private set; }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            lock (_turn)
            {
                if (_bytes.Length - _end < bytes.Length)
                {
                    byte[] target = _bytes.Length - (_end - _start) < bytes.Length ? new byte[2 * (_end - _start + bytes.Length)] : _bytes;
                    _bytes.AsSpan(_start, _end - _start).CopyTo(target);
                    (_bytes, _end, _start) = (target, _end - _start, 0);
                }

                bytes.CopyTo(_bytes.AsSpan(_end));
                _end += bytes.Length;
                Monitor.PulseAll(_turn);
            }
        }

        public int Read(Span<byte> buffer, int waitMicroseconds)
        {
            long end = Stopwatch.GetTimestamp() + waitMicroseconds * Stopwatch.Frequency / 1_000_000;
            lock (_turn)
            {
                while (_start == _end)
                {
                    TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end);
                    if (Reason is not null || left <= TimeSpan.Zero) return 0;
                    Monitor.Wait(_turn, left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left);
                }

                int count = Math.Min(buffer.Length, _end - _start);
                _bytes.AsSpan(_start, count).CopyTo(buffer);
                _start += count;
                return count;
            }
        }

        public void Close(string reason)
        {
            lock (_turn)
            {
                Reason ??= reason;
                Monitor.PulseAll(_turn);
            }
        }
    }

    private sealed class HostEnd(InProcessLine line, string description) : SerialStream
    {
        public override string Description => description;

        public override int BaudRate => InProcessLine.BaudRate;

        public override int Read(Span<byte> buffer, int waitMicroseconds)
        {
            int count = line._toHost.Read(buffer, waitMicroseconds);
            return count == 0 && line._toHost.Reason is { } reason ? throw new IOException(reason) : count;
        }

        public override void Write(ReadOnlySpan<byte> bytes) => line._toTarget.Write(bytes);

        protected override void Dispose(bool disposing)
        {
            line.Close("The debugger closed the connection.");
            base.Dispose(disposing);
        }
    }

    private sealed class TargetEnd(InProcessLine line) : SerialChannel
    {
        public override int BaudRate => InProcessLine.BaudRate;

        public override bool IsClosed => line._toTarget.Reason is not null;

        public override long Microseconds => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

        public override int Receive(Span<byte> buffer, int waitMicroseconds) => line._toTarget.Read(buffer, waitMicroseconds);

        public override void Send(ReadOnlySpan<byte> bytes) => line._toHost.Write(bytes);
    }
}
