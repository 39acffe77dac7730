using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Net;

namespace NetKd.TargetOs.Tests;

/// <summary>The interface over a scripted wire: what it answers, what it hands on, and what a hostile network can do to it.</summary>
public sealed class NetworkInterfaceTests
{
    private const int FuzzedFrames = 100_000;

    private readonly ScriptedAdapter _adapter = new();
    private readonly NetworkInterface _network;

    public NetworkInterfaceTests()
    {
        Clock.Microseconds = 0;
        _network = new NetworkInterface(_adapter) { Address = Frames.Machine, SubnetMask = Frames.Mask, Router = Frames.Neighbour };
    }

    [Fact]
    public void It_hands_over_udp_and_ignores_other_peoples()
    {
        Assert.True(Take(Frames.Udp([1, 2, 3], 1000, 2000)));
        Assert.Equal((Frames.Neighbour, 1000, 2000), (_network.SourceAddress, _network.SourcePort, _network.DestinationPort));
        Assert.Equal((byte[])[1, 2, 3], _network.Payload);
        Assert.False(Take(Frames.Udp([1, 2, 3], to: Frames.Machine + 1)));
        Assert.True(Take(Frames.Udp([4], to: IPv4.BroadcastAddress)));
        Assert.Equal(0u, _network.Rejected);
    }

    [Fact]
    public void It_answers_arp_for_its_own_address_only()
    {
        Take(Frames.ArpRequest(Frames.Machine + 1));
        Assert.Empty(_adapter.Sent);
        Take(Frames.ArpRequest(Frames.Machine));
        byte[] reply = Assert.Single(_adapter.Sent);
        Assert.Equal(Frames.NeighbourHardware, reply[..6]);
        Assert.True(ArpPacket.TryRead(reply.AsSpan(14), out ArpPacket packet));
        Assert.Equal((ArpPacket.Reply, Frames.Machine, Frames.Neighbour), (packet.Operation, packet.SenderAddress, packet.TargetAddress));
        Assert.Equal(ScriptedAdapter.Own, packet.SenderHardware);
    }

    [Fact]
    public void It_answers_a_ping()
    {
        Take(Frames.ArpRequest(Frames.Machine));
        _adapter.Sent.Clear();
        Take(Frames.Echo([9, 8, 7, 6, 5]));
        byte[] reply = Assert.Single(_adapter.Sent);
        Assert.True(IPv4.TryRead(reply.AsSpan(14), out IPv4 header, out ReadOnlySpan<byte> message));
        Assert.Equal((IPv4.ProtocolIcmp, Frames.Neighbour), (header.Protocol, header.Destination));
        Assert.Equal(0, message[0]);
        Assert.Equal(0, Frames.Checksum(message));
        Assert.Equal((byte[])[9, 8, 7, 6, 5], message[8..]);
    }

    [Fact]
    public void The_first_datagram_waits_for_its_neighbours_address()
    {
        _network.SendUdp([5, 5], 50000, Frames.Neighbour, 50000, Frames.Machine);
        Assert.True(ArpPacket.TryRead(Assert.Single(_adapter.Sent).AsSpan(14), out ArpPacket request));
        Assert.Equal((ArpPacket.Request, Frames.Neighbour), (request.Operation, request.TargetAddress));
        Take(Frames.Arp(2, Frames.Machine));
        Assert.Equal(2, _adapter.Sent.Count);
        Assert.Equal(Frames.NeighbourHardware, _adapter.Sent[1][..6]);
        Assert.True(IPv4.TryRead(_adapter.Sent[1].AsSpan(14), out _, out _));
    }

    [Fact]
    public void What_is_on_another_network_goes_to_the_router()
    {
        _network.SendUdp([5, 5], 50000, 0x08080808, 50000, Frames.Machine);
        Assert.True(ArpPacket.TryRead(Assert.Single(_adapter.Sent).AsSpan(14), out ArpPacket request));
        Assert.Equal(Frames.Neighbour, request.TargetAddress);
        _network.Router = 0;
        _network.SendUdp([5, 5], 50000, 0x08080808, 50000, Frames.Machine);
        Assert.Single(_adapter.Sent);
    }

    [Fact]
    public void A_datagram_too_long_for_a_frame_is_not_sent()
    {
        Take(Frames.ArpRequest(Frames.Machine));
        _adapter.Sent.Clear();
        _network.SendUdp(new byte[Ethernet.MaxFrame - 42], 50000, Frames.Neighbour, 50000, Frames.Machine);
        Assert.Equal(Ethernet.MaxFrame, Assert.Single(_adapter.Sent).Length);
        _network.SendUdp(new byte[Ethernet.MaxFrame - 41], 50000, Frames.Neighbour, 50000, Frames.Machine);
        Assert.Single(_adapter.Sent);
    }

    [Fact]
    public void A_cut_frame_is_refused_and_counted_at_every_length()
    {
        foreach (byte[] frame in (byte[][])[Frames.Udp(new byte[80]), Frames.Echo(new byte[80])])
        {
            for (int length = 1; length < frame.Length; length++)
            {
                uint before = _network.Rejected;
                Assert.False(Take(frame[..length]));
                Assert.Equal(before + 1, _network.Rejected);
            }
        }

        byte[] arp = Frames.ArpRequest(Frames.Machine);
        uint rejected = _network.Rejected;
        for (int length = 1; length < arp.Length; length++) Take(arp[..length]);
        Assert.Equal(rejected + (uint)arp.Length - 1, _network.Rejected);
        Assert.Empty(_adapter.Sent);
    }

    [Fact]
    public void A_hundred_thousand_fuzzed_frames_do_no_harm()
    {
        Random random = new(1996);
        byte[][] seeds = [Frames.Udp(new byte[100]), Frames.Udp(new byte[20], optionWords: 3), Frames.Echo(new byte[60]), Frames.ArpRequest(Frames.Machine), Frames.Arp(2, Frames.Machine)];
        int delivered = 0;
        for (int i = 0; i < FuzzedFrames; i++)
        {
            byte[] frame = Mutate(random, seeds[random.Next(seeds.Length)]);
            if (!Take(frame)) continue;
            delivered++;
            // What is handed over lies in the frame that came, behind its headers.
            Assert.True(_network.Payload.Length <= frame.Length - 42);
            Assert.True(frame.AsSpan().IndexOf(_network.Payload) >= 0);
        }

        Assert.InRange(delivered, 100, FuzzedFrames / 2);
        Assert.InRange(_network.Rejected, (uint)FuzzedFrames / 10, (uint)FuzzedFrames);

        // And it still works.
        Take(Frames.ArpRequest(Frames.Machine));
        Assert.True(Take(Frames.Udp([1, 2, 3])));
        Assert.Equal((byte[])[1, 2, 3], _network.Payload);
        Assert.All(_adapter.Sent, sent => Assert.InRange(sent.Length, 42, Ethernet.MaxFrame));
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        byte[] frame = [.. seed];
        switch (random.Next(4))
        {
            case 0:
                frame = frame[..random.Next(1, frame.Length)];
                break;
            case 1:
                random.NextBytes(frame.AsSpan(random.Next(frame.Length)));
                break;
            case 2:
                // A header that is whole again after the damage: the length checks alone stand.
                for (int i = random.Next(1, 5); i > 0; i--) frame[random.Next(14, Math.Min(34, frame.Length))] = (byte)random.Next(256);
                (frame[24], frame[25]) = (0, 0);
                ushort checksum = Frames.Checksum(frame.AsSpan(14, Math.Clamp(4 * (frame[14] & 15), 20, frame.Length - 14)));
                (frame[24], frame[25]) = ((byte)(checksum >> 8), (byte)checksum);
                if (frame.Length > 42) (frame[40], frame[41]) = (0, 0);
                break;
            default:
                frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
                break;
        }

        return frame;
    }

    private bool Take(byte[] frame)
    {
        _adapter.Incoming.Enqueue(frame);
        Assert.True(_network.Poll(out bool datagram));
        Assert.False(_network.Poll(out _));
        return datagram;
    }
}
