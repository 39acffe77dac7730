using System.Net;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;
using NetKd.Target.Simulation;

namespace NetKd.Interop;

/// <summary>Microsoft's engine debugs the simulated machine: the strictest reader of what our target sends.</summary>
public sealed class DbgEngAttachTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task The_engine_attaches_inspects_steps_breaks_in_and_leaves(byte version)
    {
        int port = FreePort.Udp();
        using SimulatedTarget target = StartTarget(port, version);
        string add = $"{target.Machine.AddressOf("SimAddToCounter"):x}";
        string counter = $"{target.Machine.AddressOf("SimCounter"):x}";
        string bulk = $"{BulkRegion.VirtualBase:x}";

        DbgEngSession session = await DbgEngHost.RunAsync(
            $"net:port={port},key=1.2.3.4",
            s_limit,
            "@initial-break",
            "@wait",
            "@options",
            "r",
            "lm",
            "u @rip L2",
            "k",
            $"db {bulk} L20",
            $"bp {add}",
            "g",
            "k",
            "t",
            "p",
            "bc *",
            $"ba w8 {counter}",
            "g",
            "r dr6",
            "bc *",
            "@interrupt 300",
            "g",
            "r rcx",
            $"eb {counter} 7",
            $"db {counter} L1",
            "@detach");

        Assert.Null(target.Failure);
        session.Succeeded("@attach");
        Assert.Equal(DbgEngStep.Break, session.Succeeded("@wait").Status);
        session.Shows("@wait", "Kernel base = 0xfffff803`12200000");
        session.Shows("@wait", "NetKd simulated target ready");
        session.Shows("@wait", "Break instruction exception - code 80000003");
        session.Shows("@options", $"NET:Port={port}");
        session.Shows("r", "nt!DbgBreakPointWithStatus");
        session.Shows("r", "cs=0010");
        session.Shows("lm", "nt");
        session.Shows("lm", "hal");
        session.Shows("u @rip L2", "int     3");
        session.Shows("k", "nt!KdCheckForDebugBreak");
        session.Shows("k", "nt!KiClockInterrupt");
        session.Shows($"db {bulk} L20", "2d 7f 95 4c 2d f4 51 58-d5 5f e9 46 f9 c1 0d 4a");

        session.Shows("g", "Breakpoint 0 hit");
        session.Shows("k", "nt!SimAddToCounter", occurrence: 1);
        session.Shows("k", "nt!SimComputePrimes", occurrence: 1);
        session.Shows("k", "nt!KiSystemStartup", occurrence: 1);
        Assert.Equal(DbgEngStep.Break, session.Succeeded("t").Status);
        Assert.Equal(DbgEngStep.Break, session.Succeeded("p").Status);
        session.Shows("g", "Breakpoint 0 hit", occurrence: 1);
        session.Shows("g", "Break instruction exception", occurrence: 2);
        session.Shows("r rcx", "rcx=0000000000000001");
        session.Shows($"db {counter} L1", "  07  ");
        Assert.DoesNotContain("SetContext failed", session.Transcript, StringComparison.Ordinal);

        session.Succeeded("@detach");
        long ticks = target.Ticks;
        Assert.True(SpinWait.SpinUntil(() => target.Ticks > ticks + 2, TimeSpan.FromSeconds(5)), "the target does not run on after the detach");
    }

    [Fact]
    public async Task The_engine_survives_a_bad_network_two_processors_and_a_crash()
    {
        int port = FreePort.Udp();
        using SimulatedTarget target = StartTarget(port, version: 4, processors: 2, new NetworkFaults { Loss = 0.03, Duplicate = 0.05, Seed = 9 });
        string bulk = $"{BulkRegion.VirtualBase:x}";

        DbgEngSession session = await DbgEngHost.RunAsync(
            $"net:port={port},key=1.2.3.4",
            s_limit,
            "@initial-break",
            "@wait",
            "~1s",
            "r",
            "~0s",
            $"s -q {bulk} L800 0",
            $"f {bulk} L10 aa",
            $"db {bulk} L10",
            "rdmsr c0000082",
            "ib 60",
            ".crash",
            "k",
            "@detach");

        Assert.Null(target.Failure);
        session.Shows("@wait", "MP (2 procs) Free x64");
        session.Succeeded("~1s");
        session.Shows("r", "rsp=fffff8031181"); // the second processor's own stack
        session.Succeeded("~0s");
        session.Shows($"db {bulk} L10", "aa aa aa aa aa aa aa aa-aa aa aa aa aa aa aa aa");
        session.Shows("rdmsr c0000082", "msr[c0000082] = fffff803`122");
        session.Shows("ib 60", "9c");
        session.Shows("k", "nt!KeBugCheckEx");
        Assert.True(target.Resent > 0, "the network lost nothing");
    }

    [Fact]
    public async Task The_engine_finds_a_target_that_waits_to_be_poked()
    {
        int port = FreePort.Udp();
        using SimulatedTarget target = StartTarget(port, version: 4, listens: true);
        DbgEngSession session = await DbgEngHost.RunAsync(
            $"net:port={port},key=1.2.3.4,target=127.0.0.1", s_limit, "@initial-break", "@wait", "r rcx", "@detach");
        Assert.Null(target.Failure);
        session.Shows("@wait", "Kernel base = 0xfffff803`12200000");
        session.Shows("r rcx", "rcx=0000000000000001");
    }

    private static SimulatedTarget StartTarget(int port, byte version, int processors = 1, NetworkFaults? faults = null, bool listens = false)
    {
        KeyText.TryParse("1.2.3.4", out KdNetKey key, out _);
        var target = new SimulatedTarget(new SimulatedTargetOptions
        {
            Host = listens ? null : IPAddress.Loopback,
            Port = port,
            Key = key,
            ProtocolVersion = version,
            ProcessorCount = processors,
            Faults = faults ?? new NetworkFaults(),
            DebuggerWait = TimeSpan.FromSeconds(60),
        });
        target.Start();
        return target;
    }
}
