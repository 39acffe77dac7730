using System.Net;
using System.Net.Sockets;
using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;
using NetKd.Transport.Net;

namespace NetKd.Transport.Tests;

public sealed class NetLinkTests : IDisposable
{
    private const string Key = "a.b.c.d";

    private readonly int _port = FreePort.Udp();
    private readonly NetLink _link;
    private readonly List<LinkNotice> _notices = [];

    public NetLinkTests()
    {
        _link = new NetLink((NetConnectionOptions)ConnectionString.Parse($"net:port={_port},key={Key}"));
        _link.Notice += _notices.Add;
    }

    public void Dispose() => _link.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_handshake_ends_with_a_resend(bool ipv6)
    {
        using RawTarget target = new(_port, Key, address: ipv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback);
        Connect(target);
        PacketHeader first = target.ReadPacket(target.Receive()!);
        Assert.False(first.IsData);
        Assert.Equal(PacketType.Resend, first.Type);
        Assert.Contains(_notices, n => n.Text.StartsWith("Connected to target", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_authentic_gets_no_answer_and_is_told_once()
    {
        using RawTarget target = new(_port, Key);
        using RawTarget stranger = new(_port, "9.9.9.9");
        byte[] good = target.MakePoke();
        byte[][] bad =
        [
            [], [1, 2, 3], new byte[38], good[..^1], good[..60], stranger.MakePoke(),
            With(good, 0, (byte)'X'), With(good, 4, 1), With(good, 4, 6), With(good, 5, 4), With(good, 5, 0), With(good, 100, (byte)(good[100] ^ 1)),
            With(good, good.Length - 1, (byte)(good[^1] ^ 1)),
        ];
        foreach (byte[] datagram in bad)
        {
            target.Send(datagram);
            target.Send(datagram);
        }

        Assert.Equal(LinkSignal.None, _link.Receive(300));
        Assert.Null(target.Receive(100));
        Assert.Equal(0, _link.Statistics.DatagramsSent);
        // Of two datagrams without a byte, a system may deliver none.
        Assert.InRange(_link.Statistics.RejectedTotal, 2 * (bad.Length - 1), 2 * bad.Length);
        Assert.Single(_notices, n => n.Text.Contains("failed authentication", StringComparison.Ordinal));
        Assert.DoesNotContain(_notices, n => n.Text.Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public void A_data_packet_comes_once_however_often_it_is_sent()
    {
        using RawTarget target = new(_port, Key);
        Connect(target);
        target.Receive();
        target.Send(target.MakePacket(PacketType.DebugIo, 0, [1, 2, 3]));
        Assert.Equal(LinkSignal.Packet, _link.Receive(500));
        Assert.Equal([1, 2, 3], _link.Payload.ToArray());
        target.Send(target.MakePacket(PacketType.DebugIo, 0, [1, 2, 3]));
        Assert.Equal(LinkSignal.None, _link.Receive(200));
        // Both were acknowledged: the first acknowledgement may have been lost.
        Assert.Equal(PacketType.Acknowledge, target.ReadPacket(target.Receive()!).Type);
        Assert.Equal(PacketType.Acknowledge, target.ReadPacket(target.Receive()!).Type);
        Assert.Equal(1, _link.Statistics.Duplicates);
        target.Send(target.MakePacket(PacketType.DebugIo, 2, [4]));
        Assert.Equal(LinkSignal.Packet, _link.Receive(500));
    }

    [Fact]
    public void A_replayed_datagram_is_dropped()
    {
        using RawTarget target = new(_port, Key);
        Connect(target);
        target.Receive();
        byte[] datagram = target.MakePacket(PacketType.DebugIo, 0, [1]);
        target.Send(datagram);
        Assert.Equal(LinkSignal.Packet, _link.Receive(500));
        target.Receive();
        target.Send(datagram);
        Assert.Equal(LinkSignal.None, _link.Receive(200));
        Assert.Null(target.Receive(100));
        Assert.Equal(1, _link.Statistics.Replays);
    }

    [Fact]
    public void A_gap_in_the_ids_is_resynchronised()
    {
        using RawTarget target = new(_port, Key);
        Connect(target);
        target.Receive();
        target.Send(target.MakePacket(PacketType.DebugIo, 0x40, [1]));
        Assert.Equal(LinkSignal.None, _link.Receive(200));
        PacketHeader reset = target.ReadPacket(target.Receive()!);
        Assert.Equal(PacketType.Reset, reset.Type);
        Assert.Equal(PacketIds.NetHostInitial, reset.Id);
        byte[] answer = new byte[PacketHeader.Size];
        PacketHeader.WriteControl(answer, PacketType.Reset, 0x40);
        target.Send(target.MakeData(answer));
        target.Send(target.MakePacket(PacketType.DebugIo, 0x40, [1]));
        Assert.Equal(LinkSignal.Packet, _link.Receive(500));
    }

    [Fact]
    public void A_recorded_poke_does_not_cut_a_session()
    {
        using RawTarget earlier = new(_port, Key, identity: 9);
        byte[] recorded = earlier.MakePoke();
        using RawTarget target = new(_port, Key);
        Connect(target);
        target.Receive();
        for (int i = 0; i < 10; i++) earlier.Send(recorded);
        Assert.Equal(LinkSignal.None, _link.Receive(200));
        target.Send(target.MakePacket(PacketType.DebugIo, 0, [1]));
        Assert.Equal(LinkSignal.Packet, _link.Receive(500));
    }

    [Fact]
    public void A_restarted_target_is_noticed_by_its_identity()
    {
        using RawTarget target = new(_port, Key);
        Connect(target);
        using RawTarget restarted = new(_port, Key, identity: 2);
        Assert.Equal(LinkSignal.Restarted, ConnectWithSignal(restarted));
    }

    [Fact]
    public void A_target_that_changed_its_port_is_followed()
    {
        using RawTarget target = new(_port, Key);
        Connect(target);
        target.Receive();
        target.Move();
        target.Send(target.MakePacket(PacketType.DebugIo, 0, [1]));
        Assert.Equal(LinkSignal.Packet, _link.Receive(500));
        Assert.Equal(PacketType.Acknowledge, target.ReadPacket(target.Receive()!).Type);
    }

    [Fact]
    public void A_packet_is_sent_again_until_it_is_acknowledged()
    {
        using RawTarget target = new(_port, Key);
        Connect(target);
        target.Receive();
        _link.Send(PacketType.StateManipulate, new byte[ManipulateHeader.Size], expectsReply: false);
        Assert.Equal(LinkSignal.None, _link.Receive(1200));
        uint id = target.ReadPacket(target.Receive()!).Id;
        Assert.Equal(PacketIds.NetHostInitial, id);
        Assert.Equal(id, target.ReadPacket(target.Receive()!).Id);
        byte[] acknowledgement = new byte[PacketHeader.Size];
        PacketHeader.WriteControl(acknowledgement, PacketType.Acknowledge, id);
        target.Send(target.MakeData(acknowledgement));
        Assert.Equal(LinkSignal.None, _link.Receive(100));
        long sent = _link.Statistics.DatagramsSent;
        Assert.Equal(LinkSignal.None, _link.Receive(700));
        Assert.Equal(sent, _link.Statistics.DatagramsSent);
        Assert.False(_link.IsSending);
    }

    private void Connect(RawTarget target) => Assert.Equal(LinkSignal.Connected, ConnectWithSignal(target));

    private LinkSignal ConnectWithSignal(RawTarget target)
    {
        target.Send(target.MakePoke());
        Assert.Equal(LinkSignal.None, _link.Receive(100));
        target.TakeResponse(target.Receive()!);
        byte[] check = new byte[ConnectionCheck.BodySize];
        ConnectionCheck.Write(check, PeerAddress.FromIPv4(0x7F000001, (ushort)_port));
        target.Send(target.MakeData(check));
        return _link.Receive(500);
    }

    private static byte[] With(byte[] datagram, int offset, byte value)
    {
        byte[] copy = [.. datagram];
        copy[offset] = value;
        return copy;
    }
}
