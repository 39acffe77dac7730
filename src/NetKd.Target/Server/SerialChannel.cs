namespace NetKd.Target.Server;

/// <summary>The target's end of a serial line: bytes and a clock. Compiled hosted and bare-metal; never throws.</summary>
public abstract class SerialChannel
{
    /// <summary>Takes what has come, waiting up to a time in microseconds for the first byte (0: do not wait). Returns the count.</summary>
    public abstract int Receive(Span<byte> buffer, int waitMicroseconds);

    /// <summary>Sends bytes. What nobody reads is lost, as on any line.</summary>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Bits per second: how long a packet takes on the line. A byte is ten bits.</summary>
    public abstract int BaudRate { get; }

    /// <summary>True once nothing will ever come or go here.</summary>
    public virtual bool IsClosed => false;

    /// <summary>Microseconds of a monotonic clock.</summary>
    public abstract long Microseconds { get; }
}
