using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;
using NetKd.Transport.Net;

namespace NetKd.Transport.Tests;

/// <summary>Damaged and hostile datagrams through a live session.</summary>
[Collection(nameof(Alone))]
public class NetLinkFuzzTests
{
    private const string Key = "a.b.c.d";
    private const int InSuite = 150_000;
    private const long MaxGrowthBytes = 1 << 20;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void What_is_not_authentic_is_never_answered_and_breaks_nothing(bool connected, int seed)
    {
        Random random = new(seed);
        using FedPort port = new();
        using NetLink link = new((NetConnectionOptions)ConnectionString.Parse($"net:port=50000,key={Key}"), port);
        using RawTarget target = new(50000, Key);
        if (connected) Connect(link, port, target);
        byte[][] corpus = connected ? Record(target) : RecordElsewhere();
        int sent = port.Sent;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        int count = Fuzzing.Count(InSuite);
        for (int i = 0; i < count; i++)
        {
            port.Feed(Fuzzing.Mutate(random, corpus[random.Next(corpus.Length)], DatagramCodec.MaxSize));
            Assert.Equal(LinkSignal.None, link.Receive(0));
        }

        Assert.Equal(sent, port.Sent);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < MaxGrowthBytes, "memory grows with the datagrams");
        if (!connected) Connect(link, port, target);
        port.Feed(target.MakePacket(PacketType.DebugIo, 0, [1, 2, 3]));
        Assert.Equal(LinkSignal.Packet, link.Receive(1));
    }

    [Fact]
    public void What_is_authentic_but_senseless_breaks_nothing()
    {
        Random random = new(3);
        using FedPort port = new();
        using NetLink link = new((NetConnectionOptions)ConnectionString.Parse($"net:port=50000,key={Key}"), port);
        using RawTarget target = new(50000, Key);
        Connect(link, port, target);
        byte[] packet = new byte[PacketHeader.Size + 0x100];
        byte[] poke = new byte[Poke.BodySize];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        int count = Fuzzing.Count(InSuite);
        for (int i = 0; i < count; i++)
        {
            PacketHeader.WriteData(packet, (PacketType)random.Next(14), random.Next(1, 0x100), (uint)random.Next(8));
            byte[] body = Fuzzing.Mutate(random, random.Next(8) == 0 ? poke : packet, 0x5A0);
            port.Feed(random.Next(16) == 0 ? target.MakeControl(body) : target.MakeData(body));
            if (link.Receive(0) == LinkSignal.Packet) Assert.InRange(link.Payload.Length, 1, PayloadLimits.Net);
            if (random.Next(64) == 0) link.Send(PacketType.StateManipulate, packet.AsSpan(0, 56), expectsReply: true);
        }

        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < MaxGrowthBytes, "memory grows with the datagrams");
        Assert.True(link.IsConnected);
    }

    private static byte[][] Record(RawTarget target) =>
    [
        target.MakePoke(), target.MakePoke(version: 5), target.MakePoke(version: 2), target.MakeControl([]), target.MakeData([PacketHeader.BreakInByte]),
        target.MakeData(new byte[ConnectionCheck.BodySize]), target.MakePacket(PacketType.StateChange64, 0, new byte[0x100]),
        target.MakePacket(PacketType.StateManipulate, 2, new byte[0x580]), target.MakePacket(PacketType.DebugIo, 4, new byte[40]),
    ];

    // Of a session that the link under test knows nothing of.
    private static byte[][] RecordElsewhere()
    {
        using FedPort port = new();
        using NetLink link = new((NetConnectionOptions)ConnectionString.Parse($"net:port=50000,key={Key}"), port);
        using RawTarget target = new(50000, Key);
        Connect(link, port, target);
        return Record(target);
    }

    private static void Connect(NetLink link, FedPort port, RawTarget target)
    {
        // Past what bounds the answers to pokes.
        link.Receive(100);
        port.Feed(target.MakePoke());
        Assert.Equal(LinkSignal.None, link.Receive(1));
        target.TakeResponse(port.LastSent);
        port.Feed(target.MakeData(new byte[ConnectionCheck.BodySize]));
        Assert.Equal(LinkSignal.Connected, link.Receive(1));
    }
}
