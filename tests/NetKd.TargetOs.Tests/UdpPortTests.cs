using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Net;

namespace NetKd.TargetOs.Tests;

/// <summary>The debugging server's port on the kernel's network.</summary>
public sealed class UdpPortTests
{
    private const ushort Port = 50000;

    private readonly ScriptedAdapter _adapter = new();
    private readonly UdpPort _port;

    public UdpPortTests()
    {
        Clock.Microseconds = 0;
        NetworkInterface network = new(_adapter) { Address = Frames.Machine, SubnetMask = Frames.Mask, Router = Frames.Neighbour };
        _port = new UdpPort(new IPv4Layer(network, useDhcp: true), Port);
    }

    [Fact]
    public void Datagrams_to_the_port_come_up_with_their_sender()
    {
        byte[] buffer = new byte[100];
        _adapter.Incoming.Enqueue(Frames.Udp([1], 40000, 7));
        _adapter.Incoming.Enqueue(Frames.Udp([1, 2, 3], 40000, Port));
        Assert.Equal(3, _port.Receive(buffer, 0, out PeerAddress from));
        Assert.True(from.SameAs(PeerAddress.FromIPv4(Frames.Neighbour, 40000)));
        Assert.Equal((byte[])[1, 2, 3], buffer[..3]);
        Assert.Equal(0, _port.Receive(buffer, 0, out _));
    }

    [Fact]
    public void A_datagram_longer_than_the_buffer_is_dropped()
    {
        _adapter.Incoming.Enqueue(Frames.Udp(new byte[101]));
        Assert.Equal(0, _port.Receive(new byte[100], 0, out _));
    }

    [Fact]
    public void A_flood_for_others_does_not_hold_the_caller()
    {
        _adapter.Flood = Frames.Udp([1, 2, 3], to: Frames.Machine + 9);
        Assert.Equal(0, _port.Receive(new byte[100], 0, out _));
        Assert.Equal(0, _port.Receive(new byte[100], 5000, out _));
    }
}
