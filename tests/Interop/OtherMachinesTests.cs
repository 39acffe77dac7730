using NetKd.Engine;
using NetKd.Engine.Breakpoints;
using NetKd.Engine.Events;
using NetKd.Engine.Registers;
using NetKd.Gdb;
using NetKd.Protocol.Net;
using NetKd.Target.Bridge;
using NetKd.Target.Hosting;

namespace NetKd.Interop;

/// <summary>Machines of arm64 and 32-bit x86 behind QEMU's gdb stub, without any system or symbols: through the stub, and over KDNET by the bridge.</summary>
public sealed class OtherMachinesTests
{
    private const string Key = "1.2.3.4";
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
        int port = FreePort.Udp();
        _ = KeyText.TryParse(Key, out KdNetKey key, out _);
        SimulatedTargetOptions options = new() { Host = System.Net.IPAddress.Loopback, Port = port, Key = key };
        using CancellationTokenSource stop = new();
        using BridgedTarget target = new(GdbClient.Connect("127.0.0.1", guest.Stub, TimeSpan.FromSeconds(10)), options, guess: true);
        Task run = Task.Factory.StartNew(() => target.Run(stop.Token), TaskCreationOptions.LongRunning);
        using (DebugClient client = new(new DebugClientOptions { InitialBreak = true }))
        {
            client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key={Key}");
            await WaitAsync(client);
            await CheckAsync(client, guest);
            client.EndSession(EndSessionKind.ActiveDetach);
        }

        await stop.CancelAsync();
        await run;
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

        client.Processors.Current = 1;
        if (arm) Assert.Equal("Second", guest.NameAt(client.Registers.InstructionPointer));
        client.Processors.Current = 0;
        Assert.StartsWith("IsPrime", guest.NameAt(client.Registers.InstructionPointer), StringComparison.Ordinal);
        byte[] code = new byte[4096];
        Assert.Equal(code.Length, client.Virtual.Read(guest.Address("Start") & ~0xffful, code));
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
