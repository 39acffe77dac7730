using System.Diagnostics;

namespace NetKd.Transport.Com;

/// <summary>
/// The debugger's end of a serial line: bytes, in order. One thread at a time reads; any thread may write, one at a time.
/// </summary>
public abstract class SerialStream : IDisposable
{
    /// <summary>What it is, for people: <c>/dev/ttyS0 at 115200 baud</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Bits per second: how long bytes take on the line. A byte is ten bits.</summary>
    public abstract int BaudRate { get; }

    /// <summary>Ticks of a monotonic clock, <see cref="Stopwatch.Frequency"/> in a second.</summary>
    public virtual long Timestamp => Stopwatch.GetTimestamp();

    /// <summary>False while a modem has no carrier.</summary>
    public virtual bool HasCarrier => true;

    /// <summary>Takes what has come, waiting up to a time in microseconds for the first byte. Returns the count, 0 for none.</summary>
    /// <exception cref="IOException">The line is gone.</exception>
    public abstract int Read(Span<byte> buffer, int waitMicroseconds);

    /// <summary>Sends bytes.</summary>
    /// <exception cref="IOException">The line is gone.</exception>
    public abstract void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Changes the line's speed. False where there is none to change.</summary>
    public virtual bool TrySetBaudRate(int baudRate) => false;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the line.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
