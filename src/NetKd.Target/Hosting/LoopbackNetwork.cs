using System.Diagnostics;

namespace NetKd.Target.Hosting;

/// <summary>Two ports joined within the process: what one sends the other receives. For tests that need no socket.</summary>
public sealed class LoopbackNetwork
{
    private const ushort TargetPort = 50001;
    private const ushort HostPort = 50000;

    /// <summary>Makes both ends, at 127.0.0.1.</summary>
    public LoopbackNetwork()
    {
        var toHost = new Queue<byte[]>();
        var toTarget = new Queue<byte[]>();
        PeerAddress host = PeerAddress.FromIPv4(0x7F00_0001, HostPort);
        PeerAddress target = PeerAddress.FromIPv4(0x7F00_0001, TargetPort);
        Host = new End(toHost, toTarget, host, target);
        Target = new End(toTarget, toHost, target, host);
    }

    /// <summary>The debugger's end.</summary>
    public DatagramPort Host { get; }

    /// <summary>The target's end.</summary>
    public DatagramPort Target { get; }

    /// <summary>Closes both ends; waits end.</summary>
    public void Close()
    {
        ((End)Host).Close();
        ((End)Target).Close();
    }

    private sealed class End : DatagramPort
    {
        private readonly Queue<byte[]> _received;
        private readonly Queue<byte[]> _sent;
        private readonly PeerAddress _peer;
        private volatile bool _closed;

        public End(Queue<byte[]> received, Queue<byte[]> sent, PeerAddress local, PeerAddress peer)
        {
            _received = received;
            _sent = sent;
            _peer = peer;
            LocalAddress = local;
        }

        public override PeerAddress LocalAddress { get; }

        public override long Microseconds => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

        public override bool IsClosed => _closed;

        public override int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from)
        {
            from = _peer;
            long deadline = Microseconds + waitMicroseconds;
            lock (_received)
            {
                while (!_closed)
                {
                    if (_received.TryDequeue(out byte[]? datagram))
                    {
                        if (datagram.Length > buffer.Length) continue;
                        datagram.CopyTo(buffer);
                        return datagram.Length;
                    }

                    long left = deadline - Microseconds;
                    if (left <= 0) break;
                    Monitor.Wait(_received, TimeSpan.FromMicroseconds(left));
                }
            }

            return 0;
        }

        public override void Send(ReadOnlySpan<byte> datagram, in PeerAddress to)
        {
            lock (_sent)
            {
                _sent.Enqueue(datagram.ToArray());
                Monitor.PulseAll(_sent);
            }
        }

        public void Close()
        {
            _closed = true;
            lock (_received) Monitor.PulseAll(_received);
        }
    }
}
