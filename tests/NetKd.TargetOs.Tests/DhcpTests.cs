using System.Buffers.Binary;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Net;

namespace NetKd.TargetOs.Tests;

/// <summary>The DHCP client against a scripted server.</summary>
public sealed class DhcpTests
{
    private const uint Server = 0x0A000201;
    private const uint Lease = 3600;

    private readonly ScriptedAdapter _adapter = new();
    private readonly NetworkInterface _network;
    private readonly DhcpClient _client;

    public DhcpTests()
    {
        Clock.Microseconds = 0;
        _network = new NetworkInterface(_adapter);
        _client = new DhcpClient(_network);
    }

    [Fact]
    public void It_gets_an_address_and_renews_it_at_half_of_the_lease()
    {
        Bind();
        Assert.Equal((Frames.Machine, Frames.Mask, Frames.Neighbour), (_network.Address, _network.SubnetMask, _network.Router));

        _adapter.Sent.Clear();
        Clock.Microseconds = (Lease / 2 * 1_000_000L) - 1_000_000;
        _client.Advance();
        Assert.Empty(_adapter.Sent);
        Clock.Microseconds = (Lease / 2 * 1_000_000L) + 1_000_000;
        _client.Advance();
        byte[] renewal = LastMessage();
        Assert.Equal(DhcpMessage.Request, Option(renewal, 53)![0]);
        Assert.Equal(Frames.Machine, BinaryPrimitives.ReadUInt32BigEndian(renewal.AsSpan(12)));
        Assert.Null(Option(renewal, 50));
        _client.Take(Answer(renewal, DhcpMessage.Acknowledge, Frames.Machine));
        Assert.Equal(Frames.Machine, _network.Address);
        Assert.Equal(0u, _client.Rejected);
    }

    [Fact]
    public void It_asks_again_ever_more_slowly_while_nobody_answers()
    {
        List<long> times = [];
        for (long now = 0; now < 60_000_000; now += 10_000)
        {
            Clock.Microseconds = now;
            int before = _adapter.Sent.Count;
            _client.Advance();
            if (_adapter.Sent.Count != before) times.Add(now);
        }

        Assert.InRange(times.Count, 6, 12);
        Assert.True(times[1] - times[0] < 1_000_000);
        Assert.True(times[^1] - times[^2] >= 15_000_000);
    }

    [Fact]
    public void A_refusal_starts_it_over()
    {
        Bind();
        Clock.Microseconds = Lease * 1_000_000L;
        _client.Advance();
        _client.Take(Answer(LastMessage(), DhcpMessage.Refuse, 0));
        Assert.Equal(0u, _network.Address);
        Clock.Microseconds = (Lease + 60) * 1_000_000L;
        _client.Advance();
        Assert.Equal(DhcpMessage.Discover, Option(LastMessage(), 53)![0]);
    }

    [Fact]
    public void A_cut_or_foreign_message_is_refused_and_counted()
    {
        _client.Advance();
        byte[] offer = Answer(LastMessage(), DhcpMessage.Offer, Frames.Machine);
        int sent = _adapter.Sent.Count;
        // Without its end mark a message is complete once its options are; the cut before the last option's end is not.
        for (int length = 0; length < offer.Length - 1; length++)
        {
            if (DhcpMessage.TryRead(offer.AsSpan(0, length), Transaction(offer), ScriptedAdapter.Own, out DhcpMessage message))
                Assert.Equal(DhcpMessage.Offer, message.Kind);
            else
                _client.Take(offer.AsSpan(0, length));
        }

        uint rejected = _client.Rejected;
        Assert.InRange(rejected, 240u, (uint)offer.Length);
        foreach (int at in (int[])[0, 4, 28, 236])
        {
            byte[] foreign = [.. offer];
            foreign[at] ^= 0x40;
            _client.Take(foreign);
            Assert.Equal(++rejected, _client.Rejected);
        }

        Assert.Equal(sent, _adapter.Sent.Count);
        _client.Take(offer);
        Assert.Equal(DhcpMessage.Request, Option(LastMessage(), 53)![0]);
    }

    [Fact]
    public void Fuzzed_options_do_no_harm()
    {
        Random random = new(67);
        _client.Advance();
        byte[] offer = Answer(LastMessage(), DhcpMessage.Offer, Frames.Machine);
        int read = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] message = offer[..random.Next(DhcpMessage.FixedSize, offer.Length + 1)];
            for (int change = random.Next(4); change > 0 && message.Length > DhcpMessage.FixedSize; change--)
                message[random.Next(DhcpMessage.FixedSize, message.Length)] = (byte)random.Next(256);
            if (DhcpMessage.TryRead(message, Transaction(offer), ScriptedAdapter.Own, out _)) read++;
        }

        Assert.InRange(read, 1000, 99_000);
    }

    private void Bind()
    {
        _client.Advance();
        byte[] discover = LastMessage();
        Assert.Equal(DhcpMessage.Discover, Option(discover, 53)![0]);
        Assert.Equal(ScriptedAdapter.Own, discover[28..34]);
        _client.Take(Answer(discover, DhcpMessage.Offer, Frames.Machine));
        byte[] request = LastMessage();
        Assert.Equal(DhcpMessage.Request, Option(request, 53)![0]);
        Assert.Equal(Frames.Machine, BinaryPrimitives.ReadUInt32BigEndian(Option(request, 50)));
        Assert.Equal(Server, BinaryPrimitives.ReadUInt32BigEndian(Option(request, 54)));
        _client.Take(Answer(request, DhcpMessage.Acknowledge, Frames.Machine));
    }

    private byte[] LastMessage()
    {
        ReadOnlySpan<byte> packet = _adapter.Sent[^1].AsSpan(Ethernet.HeaderSize);
        Assert.True(IPv4.TryRead(packet, out IPv4 header, out ReadOnlySpan<byte> content));
        Assert.True(Udp.TryRead(in header, content, out ushort source, out ushort destination, out ReadOnlySpan<byte> payload));
        Assert.Equal((DhcpClient.ClientPort, DhcpClient.ServerPort), (source, destination));
        return payload.ToArray();
    }

    private static uint Transaction(byte[] message) => BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(4));

    private static byte[]? Option(byte[] message, byte option)
    {
        for (int at = DhcpMessage.FixedSize; message[at] != 255; at += 2 + message[at + 1])
        {
            if (message[at] == option) return message[(at + 2)..(at + 2 + message[at + 1])];
        }

        return null;
    }

    private static byte[] Answer(byte[] question, byte kind, uint address)
    {
        byte[] fixedPart = question[..DhcpMessage.FixedSize];
        fixedPart[0] = 2;
        BinaryPrimitives.WriteUInt32BigEndian(fixedPart.AsSpan(16), address);
        return
        [
            .. fixedPart, 53, 1, kind, 0, 54, 4, .. Number(Server), 51, 4, .. Number(Lease), 1, 4, .. Number(Frames.Mask),
            3, 8, .. Number(Frames.Neighbour), .. Number(Server), 255,
        ];
    }

    private static byte[] Number(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
