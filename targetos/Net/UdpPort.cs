using NetKd.Target.Server;
using NetKd.TargetOs.Cpu;

namespace NetKd.TargetOs.Net;

/// <summary>The debugger's UDP port on the interface. Whoever waits here keeps the rest of the network alive, too: ARP, echo, DHCP.</summary>
internal sealed class UdpPort : DatagramPort
{
    // Frames for others that are taken past the deadline: a storm must not hold the timer interrupt for ever.
    private const int MaxFramesPastDeadline = 64;

    private readonly NetworkInterface _network;
    private readonly DhcpClient _dhcp;
    private readonly ushort _port;

    public UdpPort(NetworkInterface network, DhcpClient dhcp, ushort port)
    {
        _network = network;
        _dhcp = dhcp;
        _port = port;
    }

    public override PeerAddress LocalAddress => PeerAddress.FromIPv4(_network.Address, _port);

    public override long Microseconds => Clock.Microseconds;

    public override int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from)
    {
        from = default;
        long deadline = Clock.Microseconds + waitMicroseconds;
        int past = 0;
        while (true)
        {
            _dhcp.Advance();
            bool frame = _network.Poll(out bool datagram);
            if (datagram && Take(buffer, out int length, out from)) return length;
            if (Clock.Microseconds >= deadline && (!frame || ++past == MaxFramesPastDeadline)) return 0;
            if (!frame) Processor.Pause();
        }
    }

    public override void Send(ReadOnlySpan<byte> datagram, in PeerAddress to)
    {
        if (_network.Address != 0 && to.IsIPv4) _network.SendUdp(datagram, _port, to.IPv4, to.Port);
    }

    private bool Take(Span<byte> buffer, out int length, out PeerAddress from)
    {
        ReadOnlySpan<byte> payload = _network.Payload;
        from = PeerAddress.FromIPv4(_network.SourceAddress, _network.SourcePort);
        length = payload.Length;
        if (_network.DestinationPort == DhcpClient.ClientPort)
        {
            _dhcp.Take(payload);
            return false;
        }

        return _network.DestinationPort == _port && length != 0 && payload.TryCopyTo(buffer);
    }
}
