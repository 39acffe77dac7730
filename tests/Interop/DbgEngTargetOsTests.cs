namespace NetKd.Interop;

/// <summary>Microsoft's engine debugs the bundled target computer in QEMU, over each network adapter that it drives.</summary>
public sealed class DbgEngTargetOsTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("e1000e", 4)]
    [InlineData("e1000e", 5)]
    [InlineData("e1000", 2)]
    public async Task The_engine_attaches_inspects_steps_breaks_in_and_leaves(string nic, int version)
    {
        int port = FreePort.Udp();
        await DbgEngHost.HomeAsync();
        await using QemuTarget target = await QemuTarget.StartAsync(port, "1.2.3.4", "--nic", nic, "--protocol", $"{version}");
        DbgEngSession session = await DbgEngHost.RunAsync(
            $"net:port={port},key=1.2.3.4",
            s_limit,
            "@initial-break",
            "@wait",
            "r",
            "lm",
            "k",
            "u @rip L2",
            "db @rip L10",
            "bp nt!CountPrimes",
            "g",
            "k",
            "bc *",
            "ba w8 nt!WorkerRounds",
            "g",
            "k",
            "t",
            "p",
            "bc *",
            "@interrupt 300",
            "g",
            "rdmsr c0000080",
            "@detach");

        session.Succeeded("@attach");
        Assert.Equal(DbgEngStep.Break, session.Succeeded("@wait").Status);
        session.Shows("@wait", "Kernel base = 0xfffff800`00400000");
        session.Shows("@wait", "targetos: hello, debugger");
        session.Shows("@wait", "Break instruction exception - code 80000003");
        session.Shows("r", "nt!DbgBreakPointWithStatus");
        session.Shows("r", "cs=0010");
        session.Shows("lm", "fffff800`00400000");
        session.Shows("lm", "targetos.exe");
        session.Shows("u @rip L2", "int     3");
        session.Shows("db @rip L10", "cc c3");
        session.Shows("g", "Breakpoint 0 hit");
        session.Shows("g", "Breakpoint 0 hit", occurrence: 1);
        // Through the trap into what it interrupted, to the end of the stack.
        session.Shows("k", "nt!TrapCommon");
        session.Shows("k", "nt!CountPrimes", occurrence: 1);
        session.Shows("k", "nt!ThreadStart", occurrence: 1);
        session.Shows("k", "nt!CountPrimesForever", occurrence: 2);
        Assert.Equal(DbgEngStep.Break, session.Succeeded("t").Status);
        Assert.Equal(DbgEngStep.Break, session.Succeeded("p").Status);
        session.Shows("g", "Break instruction exception", occurrence: 2);
        session.Shows("rdmsr c0000080", "msr[c0000080]");
        session.Succeeded("@detach");
    }
}
