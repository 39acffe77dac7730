using System.Buffers.Binary;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Net;

namespace NetKd.TargetOs.Tests;

/// <summary>The machine gives itself an IPv4 address when nobody else does (RFC 3927).</summary>
public sealed class LinkLocalTests
{
    private const long Step = 50_000;

    private readonly ScriptedAdapter _adapter = new();
    private readonly NetworkInterface _network;
    private long _now;

    public LinkLocalTests()
    {
        Clock.Microseconds = 0;
        _network = new NetworkInterface(_adapter);
    }

    [Fact]
    public void Without_DHCP_it_probes_three_times_and_announces_twice()
    {
        IPv4Layer layer = new(_network, useDhcp: false);
        Run(layer, 15_000_000);
        Assert.True(LinkLocalAddress.Is(_network.Address));
        Assert.InRange(_network.Address & 0xFFFF, 0x0100u, 0xFEFFu);
        Assert.Equal([0u, 0u, 0u, _network.Address, _network.Address], Arp().Select(packet => packet.Sender));
        Assert.All(Arp(), packet => Assert.Equal((ArpPacket.Request, _network.Address), (packet.Operation, packet.Target)));
        Assert.Equal(5, _adapter.Sent.Count);
        Assert.True(layer.LocalAddress.SameHost(PeerAddress.FromIPv4(_network.Address, 0)));
    }

    [Fact]
    public void A_silent_DHCP_server_is_given_up_but_still_asked()
    {
        IPv4Layer layer = new(_network, useDhcp: true);
        Run(layer, 3_000_000);
        Assert.Empty(Arp());
        Run(layer, 40_000_000);
        Assert.True(LinkLocalAddress.Is(_network.Address));
        byte[] last = _adapter.Sent.Last(frame => Ethernet.Type(frame) == Ethernet.TypeIPv4);
        Assert.True(IPv4.TryRead(last.AsSpan(14), out IPv4 header, out _));
        Assert.Equal((0u, IPv4.BroadcastAddress), (header.Source, header.Destination));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_conflict_while_probing_leads_to_another_address(bool has)
    {
        IPv4Layer layer = new(_network, useDhcp: false);
        Run(layer, 2_500_000);
        uint first = Arp()[0].Target;
        Assert.Equal(0u, _network.Address);
        Put(layer, has ? Frames.Arp(ArpPacket.Reply, Frames.Machine, first) : Frames.Arp(ArpPacket.Request, first, 0));
        Run(layer, 15_000_000);
        Assert.True(LinkLocalAddress.Is(_network.Address));
        Assert.NotEqual(first, _network.Address);
        Assert.Equal(3, Arp().Count(packet => packet.Sender == 0 && packet.Target == _network.Address));
    }

    [Fact]
    public void An_address_is_defended_once_and_then_given_up()
    {
        IPv4Layer layer = new(_network, useDhcp: false);
        Run(layer, 15_000_000);
        uint mine = _network.Address;
        _adapter.Sent.Clear();
        Put(layer, Frames.Arp(ArpPacket.Reply, Frames.Machine, mine));
        Assert.Equal((mine, mine), Arp().Select(packet => (packet.Sender, packet.Target)).Single());
        Assert.Equal(mine, _network.Address);
        Put(layer, Frames.Arp(ArpPacket.Reply, Frames.Machine, mine));
        Assert.Equal(0u, _network.Address);
        Run(layer, 15_000_000);
        Assert.NotEqual(mine, _network.Address);
        Assert.True(LinkLocalAddress.Is(_network.Address));
    }

    [Fact]
    public void After_ten_conflicts_it_tries_once_a_minute()
    {
        IPv4Layer layer = new(_network, useDhcp: false);
        for (int i = 0; i <= 10; i++)
        {
            int before = Arp().Count;
            for (int turn = 0; Arp().Count == before && turn < 100; turn++) Run(layer, Step);
            Put(layer, Frames.Arp(ArpPacket.Reply, Frames.Machine, Arp()[^1].Target));
        }

        int probes = Arp().Count;
        Run(layer, 59_000_000);
        Assert.Equal(probes, Arp().Count);
        Run(layer, 3_000_000);
        Assert.True(Arp().Count > probes);
    }

    [Fact]
    public void Its_answers_are_broadcast_and_all_hosts_are_near()
    {
        IPv4Layer layer = new(_network, useDhcp: false);
        Run(layer, 15_000_000);
        _adapter.Sent.Clear();
        Put(layer, Frames.ArpRequest(_network.Address));
        Assert.Equal(Ethernet.Broadcast, Assert.Single(_adapter.Sent).AsSpan(0, 6));
        _adapter.Sent.Clear();
        layer.SendUdp([1], 50000, PeerAddress.FromIPv4(0x08080808, 50000));
        Assert.Equal(0x08080808u, Assert.Single(Arp()).Target);
    }

    private void Run(IPv4Layer layer, long time)
    {
        for (long end = _now + time; _now < end; _now += Step)
        {
            Clock.Microseconds = _now;
            layer.Advance();
        }
    }

    private void Put(IPv4Layer layer, byte[] frame)
    {
        _adapter.Incoming.Enqueue(frame);
        Assert.True(layer.Poll(out bool datagram));
        Assert.False(datagram);
    }

    private List<(ushort Operation, uint Sender, uint Target)> Arp() =>
    [
        .. _adapter.Sent.Where(frame => Ethernet.Type(frame) == Ethernet.TypeArp).Select(frame => (
            BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(20)),
            BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(28)),
            BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(38)))),
    ];
}
