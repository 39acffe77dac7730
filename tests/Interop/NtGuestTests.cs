using NetKd.Engine;
using NetKd.Engine.Breakpoints;
using NetKd.Engine.DataSpaces;
using NetKd.Engine.Modules;

namespace NetKd.Interop;

/// <summary>
/// Kernels with NT's structures in arm64 and 32-bit x86 machines behind QEMU's gdb stub are found and shown as what they are: kernel, modules, names, stacks,
/// processors. (On amd64, where `targetos` is one: <see cref="ExdiTests"/>, <see cref="GdbBridgeTests"/>.)
/// </summary>
public sealed class NtGuestTests
{
    private const int Build = 22621;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("arm64", 0xFFFFF80312200000, 0xFFFFF80312400000, 2)]
    [InlineData("x86", 0xFFFFFFFF80400000, 0xFFFFFFFF80800000, 1)]
    public async Task It_is_found_through_the_stub(string architecture, ulong kernel, ulong driver, int processors)
    {
        await using StubGuest guest = await StubGuest.StartNtAsync(architecture);
        using DebugClient client = new(new DebugClientOptions { SymbolPath = StubGuest.SymbolPath(architecture) });
        client.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{guest.Stub}");
        await WaitAsync(client);
        await CheckAsync(client, kernel, driver, processors);
        client.EndSession(EndSessionKind.ActiveDetach);
    }

    [Theory]
    [InlineData("arm64", 0xFFFFF80312200000, 0xFFFFF80312400000, 2)]
    [InlineData("x86", 0xFFFFFFFF80400000, 0xFFFFFFFF80800000, 1)]
    public async Task It_is_found_by_the_bridge(string architecture, ulong kernel, ulong driver, int processors)
    {
        await using StubGuest guest = await StubGuest.StartNtAsync(architecture);
        await using RunningBridge bridge = RunningBridge.Start(guest.Stub);
        using DebugClient client = new(new DebugClientOptions { InitialBreak = true, SymbolPath = StubGuest.SymbolPath(architecture) });
        client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={bridge.Port},key={RunningBridge.Key}");
        await WaitAsync(client);
        await CheckAsync(client, kernel, driver, processors);
        client.EndSession(EndSessionKind.ActiveDetach);
    }

    [Theory]
    [InlineData("arm64")]
    [InlineData("x86")]
    public async Task With_kd_off_it_is_not_looked_for(string architecture)
    {
        await using StubGuest guest = await StubGuest.StartNtAsync(architecture);
        using DebugClient client = new();
        client.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{guest.Stub},kd=off");
        await WaitAsync(client);
        Assert.NotEqual(Build, client.Target.BuildNumber);
        Assert.Equal(2, client.Processors.Count);
        client.EndSession(EndSessionKind.ActiveDetach);
    }

    [Theory]
    [InlineData("arm64", "ARM 64-bit (AArch64)", "MP (2 procs)", "fffff803`12200000", "fffff803`12400000")]
    [InlineData("x86", "x86 compatible", "UP", "80400000", "80800000")]
    public async Task Microsofts_engine_finds_its_way_in_it(string architecture, string name, string processors, string kernel, string driver)
    {
        await DbgEngHost.HomeAsync();
        await using StubGuest guest = await StubGuest.StartNtAsync(architecture);
        await using RunningBridge bridge = RunningBridge.Start(guest.Stub);
        DbgEngSession session = await DbgEngHost.RunAsync(
            $"net:port={bridge.Port},key={RunningBridge.Key}", s_limit, "@initial-break", "@wait", "lm", ".reload", "lm", "r", "bp primes+0x1000", "g", "k", "t", "bc *", "@detach");
        session.Shows("@wait", $"Kernel Version {Build} {processors} Free {name}");
        session.Shows("@wait", "22621.1.guest");
        session.Shows("lm", kernel, occurrence: 1);
        session.Shows("lm", driver, occurrence: 1);
        session.Shows("lm", "primes", occurrence: 1);
        session.Shows("g", "Breakpoint 0 hit");
        session.Shows("k", "primes");
        Assert.Equal(DbgEngStep.Break, session.Succeeded("t").Status);
        session.Succeeded("@detach");
    }

    private static async Task CheckAsync(DebugClient client, ulong kernel, ulong driver, int processors)
    {
        Assert.Equal(Build, client.Target.BuildNumber);
        Assert.Equal(kernel, client.Target.KernelBase);
        Assert.StartsWith("22621.1.guest.", client.Target.BuildLab, StringComparison.Ordinal);
        Assert.Equal(processors, client.Processors.Count);
        Module[] modules = [.. client.Modules.All];
        Assert.Equal(["nt", "primes"], modules.Select(m => m.Name));
        Assert.Equal([kernel, driver], modules.Select(m => m.Base));
        Assert.Equal(@"\SystemRoot\system32\drivers\primes.sys", modules[1].FullPath);

        client.Breakpoints.AddCode(Address(client, "primes!IsPrime"));
        await RunAsync(client, ExecutionStatus.Go);
        client.Breakpoints.Clear();
        string[] stack = ["primes!IsPrime", "primes!CountPrimes", "nt!CountForever", "nt!KiSystemStartup"];
        for (int steps = 0; NameAt(client, client.Registers.InstructionPointer) == stack[0] && steps < 500; steps++)
        {
            Assert.Equal(stack, client.Stacks.Walk(4).Select(f => NameAt(client, f.LookupAddress)));
            await RunAsync(client, ExecutionStatus.StepInto);
        }

        Assert.Equal(stack[1..], client.Stacks.Walk(3).Select(f => NameAt(client, f.LookupAddress)));
        Breakpoint watch = client.Breakpoints.AddData(Address(client, "nt!Rounds"), 4, DataAccess.Write);
        await RunAsync(client, ExecutionStatus.Go);
        Assert.Same(watch, client.LastEvent!.Breakpoint);
        client.Breakpoints.Clear();

        Assert.Equal(Address(client, "nt!KiProcessorBlock"), client.Data.ReadPointer(DebuggerDataField.KiProcessorBlock));
        if (processors == 1) return;

        // The sets of control space: region, block, thread.
        ulong regions = Address(client, "nt!Regions"), threads = Address(client, "nt!Threads");
        for (int i = 0; i < processors; i++)
        {
            Assert.Equal(regions + 0x2000 * (ulong)i, ReadControl(client, i, 0));
            Assert.Equal(regions + 0x2000 * (ulong)i + 0x980, ReadControl(client, i, 1));
            Assert.Equal(threads + 0x800 * (ulong)i, ReadControl(client, i, 3));
        }

        client.Processors.Current = 1;
        Assert.Equal(["nt!WaitForever", "nt!KiSystemStartup"], client.Stacks.Walk(2).Select(f => NameAt(client, f.LookupAddress)));
    }

    private static ulong ReadControl(DebugClient client, int processor, ulong set)
    {
        byte[] bytes = new byte[8];
        Assert.Equal(bytes.Length, client.Control.Read(processor, set, bytes));
        return BitConverter.ToUInt64(bytes);
    }

    private static ulong Address(DebugClient client, string name)
    {
        Assert.True(client.Symbols.TryResolve(name, out ulong address), $"{name} does not resolve");
        return address;
    }

    private static string NameAt(DebugClient client, ulong address) => client.Symbols.TryFindNearest(address, out NetKd.Engine.Symbols.NearestSymbol? symbol) ? symbol.QualifiedName : "";

    private static Task RunAsync(DebugClient client, ExecutionStatus status)
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
