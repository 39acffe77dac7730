using NetKd.Engine;
using NetKd.Engine.Breakpoints;
using NetKd.Engine.Events;
using NetKd.Engine.Registers;

namespace NetKd.Interop;

/// <summary>Machines of arm64 and 32-bit x86 behind QEMU's gdb stub, without any system or symbols: through the stub, and over KDNET by the bridge.</summary>
public sealed class OtherMachinesTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("arm64")]
    [InlineData("x86")]
    public async Task A_machine_is_debugged_through_its_stub(string architecture)
    {
        await using StubGuest guest = await StubGuest.StartAsync(architecture);
        ulong rounds;
        using (DebugClient client = new())
        {
            client.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{guest.Stub},arch={architecture}");
            await WaitAsync(client);
            await CheckFirstStepAsync(client);
            await CheckAsync(client, guest);
            rounds = Rounds(client, guest);
            client.EndSession(EndSessionKind.ActiveDetach);
        }

        // It was left running, and another debugger, which is not told what it is, finds it so.
        await Task.Delay(100);
        using DebugClient second = new();
        second.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{guest.Stub}");
        await WaitAsync(second);
        Assert.NotEqual(rounds, Rounds(second, guest));
        second.EndSession(EndSessionKind.ActiveDetach);
    }

    [Theory]
    [InlineData("arm64")]
    [InlineData("x86")]
    public async Task A_machine_is_debugged_over_the_network_by_the_bridge(string architecture)
    {
        await using StubGuest guest = await StubGuest.StartAsync(architecture);
        await using RunningBridge bridge = RunningBridge.Start(guest.Stub);
        using (DebugClient client = new(new DebugClientOptions { InitialBreak = true }))
        {
            client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={bridge.Port},key={RunningBridge.Key}");
            await WaitAsync(client);
            await CheckAsync(client, guest);
            client.EndSession(EndSessionKind.ActiveDetach);
        }
    }

    [Theory]
    [InlineData("arm64", "ARM 64-bit (AArch64)", "x1=0000000000000000")]
    [InlineData("x86", "x86 compatible", "cs=0008  ss=0010")]
    public async Task Microsofts_engine_debugs_it_too(string architecture, string name, string registers)
    {
        await DbgEngHost.HomeAsync();
        await using StubGuest guest = await StubGuest.StartAsync(architecture);
        await using RunningBridge bridge = RunningBridge.Start(guest.Stub);
        string breakpoint = $"bp 0x{guest.Address("IsPrime"):x}", watch = $"ba w4 0x{guest.Address("Rounds"):x}";
        DbgEngSession session = await DbgEngHost.RunAsync(
            $"net:port={bridge.Port},key={RunningBridge.Key}", s_limit,
            "@initial-break", "@wait", "r", "lm", "u @$ip L4", breakpoint, "g", "k", "t", "p", "bc *", watch, "g", "dd @$ip L1", "g", "bc *", "~1s", "r", "~0s", "@interrupt 300", "g", "@detach");
        session.Shows("@wait", $"Free {name}");
        session.Shows("@wait", "(2 procs)");
        session.Shows("lm", "nt");
        session.Shows("g", "Breakpoint 0 hit");
        session.Shows("k", $"{guest.Address("IsPrime"):x}");
        Assert.Equal(DbgEngStep.Break, session.Succeeded("t").Status);
        Assert.Equal(DbgEngStep.Break, session.Succeeded("p").Status);
        // That it is one of its breakpoints, the engine sees on x86 only: what it looks at on arm64 is not known.
        session.Shows("g", architecture == "x86" ? "Breakpoint 0 hit" : "code 80000004", occurrence: 1);
        session.Shows("g", architecture == "x86" ? "Breakpoint 0 hit" : "code 80000004", occurrence: 2);
        session.Shows("r", registers, occurrence: architecture == "x86" ? 0 : 1);
        session.Succeeded("~1s");
        session.Shows("g", "Break instruction exception", occurrence: 3);
        session.Succeeded("@detach");
    }

    // Nothing is armed yet, so that the step is the first that the target hears of.
    private static async Task CheckFirstStepAsync(DebugClient client)
    {
        long resets = client.LinkStatistics!.Resynchronizations;
        await RunAsync(client, ExecutionStatus.StepInto);
        Assert.Equal(DebugEventKind.Step, client.LastEvent!.Kind);
        Assert.Equal(resets, client.LinkStatistics.Resynchronizations);
    }

    private static async Task CheckAsync(DebugClient client, StubGuest guest)
    {
        bool arm = client.Target.Is64Bit;
        Assert.Equal(2, client.Processors.Count);

        Breakpoint breakpoint = client.Breakpoints.AddCode(guest.Address("CountPrimes"));
        for (int i = 0; i < 3; i++)
        {
            await RunAsync(client);
            Assert.Same(breakpoint, client.LastEvent!.Breakpoint);
            Assert.Equal(breakpoint.Address, client.Registers.InstructionPointer);
        }

        // Through a whole function, from before its frame is made until it is gone.
        client.Breakpoints.Clear();
        client.Breakpoints.AddCode(guest.Address("IsPrime"));
        await RunAsync(client);
        client.Breakpoints.Clear();
        string[] stack = ["IsPrime", "CountPrimes", "CountForever", "Main", "Start"];
        int steps = 0;
        for (; guest.NameAt(client.Registers.InstructionPointer) == "IsPrime" && steps < 500; steps++)
        {
            Assert.Equal(stack, client.Stacks.Walk(10).Select(f => guest.NameAt(f.LookupAddress)));
            await RunAsync(client, ExecutionStatus.StepInto);
        }

        Assert.InRange(steps, 5, 499);
        Assert.Equal(stack[1..], client.Stacks.Walk(10).Select(f => guest.NameAt(f.LookupAddress)));

        // Over a call: one comes within a round of the loop that calls.
        for (int i = 0; i < 64; i++)
        {
            await RunAsync(client, ExecutionStatus.StepOver);
            Assert.Equal(DebugEventKind.Step, client.LastEvent!.Kind);
            Assert.Contains(guest.NameAt(client.Registers.InstructionPointer), (string[])["CountPrimes", "CountForever"]);
        }

        Breakpoint watch = client.Breakpoints.AddData(guest.Address("Rounds"), 4, DataAccess.Write);
        await RunAsync(client);
        Assert.Same(watch, client.LastEvent!.Breakpoint);
        for (int i = 0; i < 3; i++)
        {
            ulong before = Rounds(client, guest);
            await RunAsync(client);
            Assert.Same(watch, client.LastEvent!.Breakpoint);
            Assert.Equal(1ul, Rounds(client, guest) - before);
        }

        ulong counter = client.Registers.InstructionPointer;
        await RunAsync(client, ExecutionStatus.StepInto);
        Assert.Equal(DebugEventKind.Step, client.LastEvent!.Kind);
        Assert.NotEqual(counter, client.Registers.InstructionPointer);
        client.Breakpoints.Clear();

        Breakpoint hardware = client.Breakpoints.AddData(guest.Address("IsPrime"), 1, DataAccess.Execute);
        await RunAsync(client);
        Assert.Same(hardware, client.LastEvent!.Breakpoint);
        Assert.Equal(hardware.Address, client.Registers.InstructionPointer);
        client.Breakpoints.Clear();

        string register = arm ? "x27" : "esi";
        Assert.True(client.Registers.TryWrite(register, new RegisterValue(0x11223344)));
        await RunAsync(client, ExecutionStatus.StepInto);
        Assert.Equal(0x11223344ul, client.Registers.Get(register));

        // Paging is off, and a bit that is always one is (SCTLR_EL1's 11, CR0's 4).
        ulong control = arm ? ReadSystemRegister(client, 0x30100) : client.Registers.Get("cr0");
        ulong always = arm ? 1ul << 11 : 1ul << 4, paging = arm ? 1ul : 1ul << 31;
        Assert.Equal(always, control & (always | paging));

        client.Processors.Current = 1;
        if (arm) Assert.Equal("Second", guest.NameAt(client.Registers.InstructionPointer));
        client.Processors.Current = 0;
        Assert.StartsWith("IsPrime", guest.NameAt(client.Registers.InstructionPointer), StringComparison.Ordinal);
        byte[] code = new byte[4096];
        Assert.Equal(code.Length, client.Virtual.Read(guest.Address("Start") & ~0xffful, code));
    }

    private static ulong ReadSystemRegister(DebugClient client, uint register)
    {
        Assert.True(client.Msr.TryRead(register, out ulong value));
        return value;
    }

    private static ulong Rounds(DebugClient client, StubGuest guest)
    {
        Assert.True(client.Virtual.TryReadInteger(guest.Address("Rounds"), 4, out ulong value));
        return value;
    }

    private static Task RunAsync(DebugClient client, ExecutionStatus status = ExecutionStatus.Go)
    {
        client.SetExecutionStatus(status);
        return WaitAsync(client);
    }

    private static async Task WaitAsync(DebugClient client)
    {
        using CancellationTokenSource timer = new(s_limit);
        await client.WaitForEventAsync(timer.Token);
    }
}
