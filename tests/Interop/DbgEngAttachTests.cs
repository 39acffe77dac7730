using System.Net;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;
using NetKd.Target.Simulation;

namespace NetKd.Interop;

/// <summary>Microsoft's engine debugs the simulated machine: the strictest reader of what our target sends.</summary>
public sealed class DbgEngAttachTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task The_engine_attaches_inspects_steps_breaks_in_and_leaves(byte version)
    {
        int port = FreePort.Udp();
        using SimulatedTarget target = StartTarget(port, version);
        string add = $"{target.Machine.AddressOf("SimAddToCounter"):x}";
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
            "@interrupt 500",
            "g",
            "r rcx",
            "@detach");

        Assert.Null(target.Failure);
        session.Succeeded("@attach");
        Assert.Equal(DbgEngStep.Break, session.Succeeded("@wait").Status);
        session.Shows("@wait", "Kernel base = 0xfffff803`12200000");
        session.Shows("@options", $"NET:Port={port}");
        session.Shows("r", "cs=0010");
        session.Shows("lm", "nt");
        session.Shows("lm", "hal");
        session.Shows("u @rip L2", "int     3");
        session.Shows("k", "nt!KiIdleLoop");
    }

    private static SimulatedTarget StartTarget(int port, byte version)
    {
        KeyText.TryParse("1.2.3.4", out KdNetKey key, out _);
        var target = new SimulatedTarget(new SimulatedTargetOptions
        {
            Host = IPAddress.Loopback,
            Port = port,
            Key = key,
            ProtocolVersion = version,
            DebuggerWait = TimeSpan.FromSeconds(60),
        }, Console.Error);
        target.Start();
        return target;
    }
}
