using System.Net;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Net;

namespace NetKd.TargetOs.Tests;

/// <summary>The machine on an IPv6 link: it forms its addresses, finds its neighbours, and is not fooled from afar.</summary>
public sealed class IPv6LayerTests
{
    private readonly ScriptedAdapter _adapter = new();
    private readonly IPv6Layer _layer;

    public IPv6LayerTests()
    {
        Clock.Microseconds = 0;
        _layer = new IPv6Layer(_adapter);
    }

    [Fact]
    public void It_tries_its_link_local_address_and_then_asks_for_a_router()
    {
        _layer.Advance();
        (string source, string destination, byte[] message) = Assert.Single(Sent());
        Assert.Equal(("::", "ff02::1:ff12:3456", 135), (source, destination, message[0]));
        Assert.Equal(IPv6Frames.Bytes(IPv6Frames.LinkLocal), message[8..24]);
        Assert.Equal((byte[])[0x33, 0x33, 0xFF, 0x12, 0x34, 0x56], _adapter.Sent[0][..6]);
        Assert.True(IPv6.IsUnspecified(_layer.LocalAddress));

        After(1_100_000);
        (source, destination, message) = Sent()[^1];
        Assert.Equal((IPv6Frames.LinkLocal, "ff02::2", 133), (source, destination, message[0]));
        Assert.Equal(IPv6Frames.LinkLocal, Text(_layer.LocalAddress));
    }

    [Fact]
    public void A_routers_prefix_gives_the_global_address_and_its_host_is_reached_over_the_router()
    {
        Start();
        Assert.Equal(IPv6Frames.Global, Text(_layer.LocalAddress));
        _adapter.Sent.Clear();
        _layer.SendUdp([1, 2, 3], 50000, Peer(IPv6Frames.Host, 50001));
        byte[] frame = Assert.Single(_adapter.Sent);
        Assert.Equal(Frames.NeighbourHardware, frame[..6]);
        Assert.Equal(0, IPv6Frames.Checksum(IPv6Frames.Global, IPv6Frames.Host, 17, frame.AsSpan(54)));
        Assert.Equal((byte[])[0xC3, 0x50, 0xC3, 0x51, 0, 11], frame[54..60]);
    }

    [Fact]
    public void A_neighbour_on_the_link_is_asked_for_and_the_first_datagram_waits()
    {
        Start();
        _adapter.Sent.Clear();
        const string neighbour = "2001:db8:0:5::77";
        _layer.SendUdp([1], 50000, Peer(neighbour, 50000));
        (string source, string destination, byte[] message) = Assert.Single(Sent());
        Assert.Equal((IPv6Frames.Global, "ff02::1:ff00:77", 135), (source, destination, message[0]));
        Put(IPv6Frames.Advertisement(neighbour));
        Assert.Equal(17, _adapter.Sent[^1][20]);
        Assert.Equal(Frames.NeighbourHardware, _adapter.Sent[^1][..6]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_address_that_another_machine_has_or_tries_is_not_used(bool tries)
    {
        _layer.Advance();
        Put(tries ? IPv6Frames.Solicitation("::", IPv6Frames.LinkLocal) : IPv6Frames.Advertisement(IPv6Frames.LinkLocal));
        int sent = _adapter.Sent.Count;
        After(10_000_000);
        Assert.True(IPv6.IsUnspecified(_layer.LocalAddress));
        Assert.Equal(sent, _adapter.Sent.Count);
    }

    [Fact]
    public void It_answers_for_its_addresses_only()
    {
        Start();
        _adapter.Sent.Clear();
        Put(IPv6Frames.Solicitation(IPv6Frames.Router, "fe80::5055:ff:fe12:3456"));
        Assert.Empty(_adapter.Sent);
        Put(IPv6Frames.Solicitation(IPv6Frames.Router, IPv6Frames.Global));
        (string source, string destination, byte[] message) = Assert.Single(Sent());
        Assert.Equal((IPv6Frames.Global, IPv6Frames.Router, 136, 0x60), (source, destination, message[0], message[4]));
        Assert.Equal(ScriptedAdapter.Own, message[26..32]);

        // Somebody wants the address that is in use.
        Put(IPv6Frames.Solicitation("::", IPv6Frames.Global));
        Assert.Equal((IPv6Frames.AllNodes, 0x20), (Sent()[^1].Destination, Sent()[^1].Message[4]));
        Assert.Equal(IPv6Frames.Global, Text(_layer.LocalAddress));
    }

    [Fact]
    public void It_answers_a_ping()
    {
        Start();
        _adapter.Sent.Clear();
        Put(IPv6Frames.Icmp(IPv6Frames.Router, IPv6Frames.LinkLocal, [128, 0, 0, 0, 1, 2, 3, 4, 5], hopLimit: 64));
        (string source, string destination, byte[] message) = Assert.Single(Sent());
        Assert.Equal((IPv6Frames.LinkLocal, IPv6Frames.Router, 129), (source, destination, message[0]));
        Assert.Equal((byte[])[1, 2, 3, 4, 5], message[4..]);
    }

    [Fact]
    public void Datagrams_come_up_with_their_sender_and_never_without_a_checksum()
    {
        Start();
        byte[] good = IPv6Frames.Udp(IPv6Frames.Host, IPv6Frames.Global, 50000, [1, 2, 3]);
        Assert.True(Put(good));
        Assert.Equal((byte[])[1, 2, 3], _layer.Payload);
        Assert.Equal((IPv6Frames.Host, (ushort)40000, (ushort)50000), (Text(_layer.Source), _layer.Source.Port, _layer.DestinationPort));
        Assert.False(Put(IPv6Frames.Udp(IPv6Frames.Host, "2001:db8:0:5::9", 50000, [1])));
        (good[60], good[61]) = (0, 0);
        Assert.False(Put(good));
        Assert.Equal(1u, _layer.Rejected);
    }

    [Theory]
    [InlineData(64, 64, 0xC0, "2001:db8:0:5::")]
    [InlineData(255, 48, 0xC0, "2001:db8:0:5::")]
    [InlineData(255, 64, 0x80, "2001:db8:0:5::")]
    [InlineData(255, 64, 0xC0, "fe80::")]
    public void Advertisements_from_afar_and_other_prefixes_give_no_address(byte hopLimit, byte prefixLength, byte flags, string prefix)
    {
        _layer.Advance();
        After(1_100_000);
        byte[] frame = IPv6Frames.RouterAdvertisement(prefixLength: prefixLength, flags: flags, prefix: prefix);
        frame[21] = hopLimit;
        Put(frame);
        After(5_000_000);
        Assert.Equal(IPv6Frames.LinkLocal, Text(_layer.LocalAddress));
    }

    [Fact]
    public void Fuzzed_frames_do_no_harm()
    {
        Start();
        Random random = new(6);
        byte[][] good =
        [
            IPv6Frames.RouterAdvertisement(), IPv6Frames.Solicitation(IPv6Frames.Router, IPv6Frames.Global), IPv6Frames.Advertisement(IPv6Frames.Router),
            IPv6Frames.Udp(IPv6Frames.Host, IPv6Frames.Global, 50000, [1, 2, 3]),
        ];
        int datagrams = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] frame = [.. good[random.Next(good.Length)]];
            if (random.Next(4) == 0) frame = frame[..random.Next(1, frame.Length)];
            for (int change = random.Next(4); change > 0; change--) frame[random.Next(frame.Length)] = (byte)random.Next(256);

            // Else the checksum would keep nearly everything from the readers behind it.
            if (frame.Length > 62 && frame[20] == 58 && random.Next(2) == 0)
            {
                (frame[56], frame[57]) = (0, 0);
                ushort sum = IPv6Frames.Checksum(new IPAddress(frame[22..38]).ToString(), new IPAddress(frame[38..54]).ToString(), 58, frame.AsSpan(54));
                (frame[56], frame[57]) = ((byte)(sum >> 8), (byte)sum);
            }

            if (Put(frame)) datagrams++;
            _adapter.Sent.Clear();
        }

        Assert.InRange(datagrams, 1000, 99_000);
        Assert.True(_layer.Rejected > 1000);
    }

    private void Start()
    {
        _layer.Advance();
        After(1_100_000);
        Put(IPv6Frames.RouterAdvertisement());
        After(3_000_000);
    }

    private void After(long time)
    {
        Clock.Microseconds = time;
        _layer.Advance();
    }

    private bool Put(byte[] frame)
    {
        _adapter.Incoming.Enqueue(frame);
        Assert.True(_layer.Poll(out bool datagram));
        return datagram;
    }

    private List<(string Source, string Destination, byte[] Message)> Sent()
    {
        List<(string, string, byte[])> sent = [];
        foreach (byte[] frame in _adapter.Sent)
        {
            string source = new IPAddress(frame[22..38]).ToString(), destination = new IPAddress(frame[38..54]).ToString();
            Assert.Equal(0, IPv6Frames.Checksum(source, destination, frame[20], frame.AsSpan(54)));
            sent.Add((source, destination, frame[54..]));
        }

        return sent;
    }

    private static PeerAddress Peer(string address, ushort port)
    {
        PeerAddress peer = IPv6.ReadAddress(IPv6Frames.Bytes(address));
        peer.Port = port;
        return peer;
    }

    private static string Text(in PeerAddress address)
    {
        byte[] bytes = new byte[16];
        IPv6.WriteAddress(bytes, address);
        return new IPAddress(bytes).ToString();
    }
}
