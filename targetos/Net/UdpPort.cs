using NetKd.Target.Server;
using NetKd.TargetOs.Cpu;

namespace NetKd.TargetOs.Net;

/// <summary>The debugger's UDP port. Whoever waits here keeps the rest of the network alive, too: neighbours, echo, addresses.</summary>
internal sealed class UdpPort : DatagramPort
{
    // Frames for others that are taken past the deadline: a storm must not hold the timer interrupt for ever.
    private const int MaxFramesPastDeadline = 64;

    private readonly InternetLayer _internet;
    private readonly ushort _port;

    public UdpPort(InternetLayer internet, ushort port)
    {
        _internet = internet;
        _port = port;
    }

    public override PeerAddress LocalAddress
    {
        get
        {
            PeerAddress address = _internet.LocalAddress;
            address.Port = _port;
            return address;
        }
    }

    public override long Microseconds => Clock.Microseconds;

    public override int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from)
    {
        from = default;
        long deadline = Clock.Microseconds + waitMicroseconds;
        int past = 0;
        while (true)
        {
            _internet.Advance();
            bool frame = _internet.Poll(out bool datagram);
            if (datagram && Take(buffer, out int length, out from)) return length;
            if (Clock.Microseconds >= deadline && (!frame || ++past == MaxFramesPastDeadline)) return 0;
            if (!frame) Processor.Pause();
        }
    }

    public override void Send(ReadOnlySpan<byte> datagram, in PeerAddress to) => _internet.SendUdp(datagram, _port, in to);

    private bool Take(Span<byte> buffer, out int length, out PeerAddress from)
    {
        ReadOnlySpan<byte> payload = _internet.Payload;
        from = _internet.Source;
        length = payload.Length;
        return _internet.DestinationPort == _port && length != 0 && payload.TryCopyTo(buffer);
    }
}
