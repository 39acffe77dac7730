using System.Diagnostics;
using System.Net;
using NetKd.Transport.Net;

namespace NetKd.Transport.Tests;

/// <summary>A port that gives what a test puts in, and keeps what is sent. Its clock moves by the waits alone.</summary>
internal sealed class FedPort : HostDatagramPort
{
    private static readonly SocketAddress s_from = new IPEndPoint(IPAddress.Loopback, 50001).Serialize();

    private readonly Queue<byte[]> _incoming = new();
    private long _now = Stopwatch.Frequency;

    public int Sent { get; private set; }

    public byte[] LastSent { get; private set; } = [];

    public override ushort LocalPort => 50000;

    public override AddressFamilies Families => AddressFamilies.IPv4;

    public override SocketAddress From => s_from;

    public override long Timestamp => _now;

    public void Feed(byte[] datagram) => _incoming.Enqueue(datagram);

    public override int Receive(Span<byte> buffer, int waitMicroseconds)
    {
        while (_incoming.TryDequeue(out byte[]? next))
        {
            // What the system would not give to a buffer of this size.
            if (next.Length > buffer.Length) continue;
            next.CopyTo(buffer);
            return next.Length;
        }

        _now += Math.Max(waitMicroseconds, 1) * (Stopwatch.Frequency / 1_000_000);
        return 0;
    }

    public override Task WaitAsync(int milliseconds, CancellationToken cancellation) => Task.CompletedTask;

    public override void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        Sent++;
        LastSent = datagram.ToArray();
    }
}
