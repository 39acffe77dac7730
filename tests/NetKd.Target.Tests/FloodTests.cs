using NetKd.Protocol.Net;
using NetKd.Target.Server;

namespace NetKd.Target.Tests;

/// <summary>A network that never falls silent must not hold the target: a bare-metal one polls in its timer interrupt.</summary>
public sealed class FloodTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5_000)]
    public void A_flood_of_rubbish_does_not_hold_a_poll(int waitMicroseconds)
    {
        FloodedPort port = new();
        KdServerSettings settings = default;
        settings.ProtocolVersion = 4;
        settings.Host = PeerAddress.FromIPv4(0x7F000001, 50000);
        settings.TargetRandom = new byte[Poke.TargetRandomSize];
        KdNetEndpoint endpoint = new(port, settings);

        Assert.Equal(BodyKind.None, endpoint.Receive(waitMicroseconds));
        Assert.InRange(port.Microseconds, waitMicroseconds, waitMicroseconds + 200);
        Assert.Equal((uint)port.Given, endpoint.Rejected);
        Assert.Equal(BodyKind.None, endpoint.Receive(waitMicroseconds));
        Assert.Equal((uint)port.Given, endpoint.Rejected);
    }

    /// <summary>Rubbish of every length is always there already; each takes a microsecond.</summary>
    private sealed class FloodedPort : DatagramPort
    {
        private readonly Random _random = new(9);
        private long _now;

        public int Given { get; private set; }

        public override PeerAddress LocalAddress => PeerAddress.FromIPv4(0x7F000001, 50001);

        public override long Microseconds => _now;

        public override int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from)
        {
            // More would mean that the limit does not hold.
            Assert.InRange(++Given, 1, 100_000);
            _now++;
            from = LocalAddress;
            int length = _random.Next(1, buffer.Length);
            _random.NextBytes(buffer[..length]);
            return length;
        }

        public override void Send(ReadOnlySpan<byte> datagram, in PeerAddress to)
        {
        }
    }
}
