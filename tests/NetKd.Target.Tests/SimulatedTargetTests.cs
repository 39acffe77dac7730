using System.Net;
using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;
using NetKd.Target.Simulation;

namespace NetKd.Target.Tests;

/// <summary>The whole target: sockets, boot, output, break-in, restart.</summary>
public sealed class SimulatedTargetTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_boot_is_reported_printed_broken_into_and_restarted_over_udp(string address)
    {
        IPAddress loopback = IPAddress.Parse(address);
        using var port = new UdpDatagramPort(loopback, 0);
        using var target = new SimulatedTarget(NewOptions(loopback, port.LocalAddress.Port));
        target.Start();
        var host = new ScriptedHost(port, Key());
        host.Connect();
        Assert.Equal(target.Machine.Kernel.BaseAddress, TakeModule(host));
        Assert.Equal(target.Machine.Hal.BaseAddress, TakeModule(host));
        Assert.True(DebugIo.TryRead(host.ReceiveData(PacketType.DebugIo).Payload, out _, out ReadOnlySpan<byte> text));
        Assert.True(text.SequenceEqual("NetKd simulated target ready\n"u8));

        host.SendBody([PacketHeader.BreakInByte]);
        StateChange change = HaltedTarget.TakeState(host);
        Assert.Equal(target.Machine.AddressOf("DbgBreakPointWithStatus"), change.ProgramCounter);
        long ticks = target.Ticks;
        Assert.True(host.HearsNothing(60));
        Assert.Equal(ticks, target.Ticks);

        host.SendData(PacketType.StateManipulate, ScriptedHost.NewRequest(ManipulateApi.DbgKdRebootApi));
        Assert.True(SpinWait.SpinUntil(() => target.Restarts == 1, TimeSpan.FromSeconds(5)));
        var again = new ScriptedHost(port, Key());
        again.Connect();
        Assert.Equal(target.Machine.Kernel.BaseAddress, TakeModule(again));
        Assert.Null(target.Failure);
    }

    [Fact]
    public void Nothing_is_lost_for_good_on_a_bad_network()
    {
        IPAddress loopback = IPAddress.Loopback;
        using var port = new UdpDatagramPort(loopback, 0);
        using var target = new SimulatedTarget(NewOptions(loopback, port.LocalAddress.Port) with
        {
            Faults = new NetworkFaults { Duplicate = 0.3, Reorder = 0.2, LatencyMilliseconds = 1, Seed = 4 },
        });
        target.Start();
        var host = new ScriptedHost(port, Key());
        host.Connect();
        TakeModule(host);
        TakeModule(host);
        host.SendBody([PacketHeader.BreakInByte]);
        HaltedTarget.TakeState(host);
        byte[] expected = new byte[0x500];
        for (uint i = 0; i < 40; i++)
        {
            byte[] reply = host.Call(ScriptedHost.NewRead(BulkRegion.VirtualBase + i * 0x500, 0x500));
            BulkRegion.Fill(expected, i * 0x500);
            Assert.Equal(expected, reply[ManipulateHeader.Size..]);
        }

        Assert.Null(target.Failure);
    }

    [Fact]
    public void The_same_seed_makes_the_same_faults()
    {
        Assert.Equal(Pattern(1), Pattern(1));
        Assert.NotEqual(Pattern(1), Pattern(2));

        static string Pattern(int seed)
        {
            var network = new LoopbackNetwork();
            var lossy = new LossyDatagramPort(network.Target, new NetworkFaults { Loss = 0.5, Seed = seed });
            for (byte i = 0; i < 64; i++) lossy.Send([i], network.Host.LocalAddress);
            byte[] buffer = new byte[16];
            string pattern = "";
            while (network.Host.Receive(buffer, 0, out _) == 1) pattern += $"{buffer[0]} ";
            Assert.Equal(64, lossy.Lost + pattern.Count(c => c == ' '));
            return pattern;
        }
    }

    [Fact]
    public void Sending_and_receiving_over_udp_allocate_nothing()
    {
        using var one = new UdpDatagramPort(IPAddress.Loopback, 0);
        using var two = new UdpDatagramPort(IPAddress.Loopback, 0);
        byte[] buffer = new byte[DatagramCodec.MaxSize];
        void Cycle()
        {
            one.Send(buffer.AsSpan(0, 1400), two.LocalAddress);
            int length = two.Receive(buffer, 1_000_000, out PeerAddress from);
            if (length != 1400 || !from.SameAs(one.LocalAddress)) throw new InvalidOperationException("another datagram");
        }

        for (int i = 0; i < 100; i++) Cycle();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Cycle();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Run_ends_when_cancelled_and_logs_no_key()
    {
        using var log = new StringWriter();
        using var cancellation = new CancellationTokenSource();
        SimulatedTargetOptions options = NewOptions(IPAddress.Loopback, 9) with { DebuggerWait = TimeSpan.Zero };
        using SimulatedTarget target = new(options, log);
        Task run = Task.Run(() => SimulatedTarget.Run(target, cancellation.Token), TestContext.Current.CancellationToken);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();
        await run.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.Contains("stopped", log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("1.2.3.4", log.ToString(), StringComparison.Ordinal);
    }

    private static ulong TakeModule(ScriptedHost host)
    {
        StateChange change = HaltedTarget.TakeState(host);
        Assert.Equal(StateChangeKind.LoadSymbols, change.Kind);
        host.Continue();
        return change.LoadSymbols.Base;
    }

    private static SimulatedTargetOptions NewOptions(IPAddress host, int port) => new()
    {
        Host = host,
        Port = port,
        Key = Key(),
        DebuggerWait = TimeSpan.FromSeconds(10),
    };

    private static KdNetKey Key()
    {
        KeyText.TryParse("1.2.3.4", out KdNetKey key, out _);
        return key;
    }
}
