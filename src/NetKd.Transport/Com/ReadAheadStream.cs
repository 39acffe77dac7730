using System.Diagnostics;

namespace NetKd.Transport.Com;

/// <summary>
/// A serial line over a stream that can only be read by blocking: a thread of its own reads ahead into a buffer. For devices and pipes.
/// </summary>
internal abstract class ReadAheadStream : SerialStream
{
    // Two of the largest packets: what does not fit waits in the system, which holds the sender back.
    private const int Capacity = 8192;

    private readonly object _turn = new();
    private readonly byte[] _ahead = new byte[Capacity];
    private Stream? _stream;
    private IOException? _gone;
    private int _count;
    private bool _closed;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer, int waitMicroseconds)
    {
        long end = Stopwatch.GetTimestamp() + waitMicroseconds * Stopwatch.Frequency / 1_000_000;
        lock (_turn)
        {
            while (_count == 0)
            {
                if (_gone is { } gone) throw new IOException(gone.Message, gone);
                TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end);
                if (left <= TimeSpan.Zero) return 0;
                // At least a millisecond: less is no wait at all.
                Monitor.Wait(_turn, left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left);
            }

            int taken = Math.Min(_count, buffer.Length);
            _ahead.AsSpan(0, taken).CopyTo(buffer);
            _ahead.AsSpan(taken, _count - taken).CopyTo(_ahead);
            _count -= taken;
            Monitor.PulseAll(_turn);
            return taken;
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream!.Write(bytes);
            _stream.Flush();
        }
        catch (Exception e) when (e is InvalidOperationException or UnauthorizedAccessException or TimeoutException)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Begins to read.</summary>
    protected void Start(Stream stream)
    {
        _stream = stream;
        new Thread(ReadAhead) { IsBackground = true, Name = "serial line" }.Start();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        lock (_turn)
        {
            _closed = true;
            Monitor.PulseAll(_turn);
        }

        _stream?.Dispose();
    }

    private void ReadAhead()
    {
        byte[] piece = new byte[Capacity];
        try
        {
            while (!_closed)
            {
                int count = _stream!.Read(piece, 0, piece.Length);
                if (count == 0) throw new IOException("the other end closed the line");
                Keep(piece.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException or OperationCanceledException)
        {
            lock (_turn)
            {
                _gone = e as IOException ?? new IOException(e.Message, e);
                Monitor.PulseAll(_turn);
            }
        }
    }

    private void Keep(Span<byte> bytes)
    {
        lock (_turn)
        {
            while (bytes.Length > 0 && !_closed)
            {
                int room = Math.Min(Capacity - _count, bytes.Length);
                bytes[..room].CopyTo(_ahead.AsSpan(_count));
                _count += room;
                bytes = bytes[room..];
                Monitor.PulseAll(_turn);
                if (bytes.Length > 0) Monitor.Wait(_turn);
            }
        }
    }
}
