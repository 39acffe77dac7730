using System.Diagnostics;
using System.Runtime.InteropServices;
using NetKd.Target.Server;

namespace NetKd.Engine.Tests;

/// <summary>The far end of a serial device of Linux: the master of a pseudo-terminal, whose slave is the device (pty(7)).</summary>
internal sealed class PseudoTerminalChannel : SerialChannel, IDisposable
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const short PollIn = 1;

    private readonly int _master;
    private volatile bool _closed;

    public PseudoTerminalChannel()
    {
        _master = posix_openpt(ReadWrite | NoControllingTerminal);
        Assert.True(_master >= 0 && grantpt(_master) == 0 && unlockpt(_master) == 0, "no pseudo-terminal: /dev/pts is not mounted");
        Device = Marshal.PtrToStringAnsi(ptsname(_master))!;
    }

    /// <summary>Path of the device.</summary>
    public string Device { get; }

    public override int BaudRate => 115200;

    public override bool IsClosed => _closed;

    public override long Microseconds => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    public override int Receive(Span<byte> buffer, int waitMicroseconds)
    {
        PollDescriptor descriptor = new() { File = _master, Events = PollIn };
        if (_closed || poll(ref descriptor, 1, waitMicroseconds / 1000) <= 0 || (descriptor.Returned & PollIn) == 0) return 0;
        return Math.Max(0, (int)read(_master, ref MemoryMarshal.GetReference(buffer), buffer.Length));
    }

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        while (!_closed && bytes.Length > 0)
        {
            nint count = write(_master, ref MemoryMarshal.GetReference(bytes), bytes.Length);
            if (count <= 0) return;
            bytes = bytes[(int)count..];
        }
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _ = close(_master);
    }

    private struct PollDescriptor
    {
        public int File;
        public short Events;
        public short Returned;
    }

#pragma warning disable IDE1006, SYSLIB1054, CA5392 // names of the C library; a test on one system
    [DllImport("libc", SetLastError = true)]
    private static extern int posix_openpt(int flags);

    [DllImport("libc")]
    private static extern int grantpt(int file);

    [DllImport("libc")]
    private static extern int unlockpt(int file);

    [DllImport("libc")]
    private static extern nint ptsname(int file);

    [DllImport("libc")]
    private static extern int poll(ref PollDescriptor descriptors, ulong count, int milliseconds);

    [DllImport("libc")]
    private static extern nint read(int file, ref byte buffer, nint count);

    [DllImport("libc")]
    private static extern nint write(int file, ref byte buffer, nint count);

    [DllImport("libc")]
    private static extern int close(int file);
#pragma warning restore
}
