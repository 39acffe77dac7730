using NetKd.Engine;
using NetKd.Engine.Breakpoints;
using NetKd.Engine.Modules;
using NetKd.Gdb;
using NetKd.Protocol.Net;
using NetKd.Symbols;
using NetKd.Symbols.Types;
using NetKd.Target.Bridge;
using NetKd.Target.Hosting;

namespace NetKd.Interop;

/// <summary>A stock Debian kernel behind QEMU's gdb stub: its names and types are found in its memory, wherever chance put it.</summary>
public sealed class LinuxGuestTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(180);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_stock_kernel_is_debugged_by_its_own_names_and_types(int processors)
    {
        int stub = FreePort.Tcp();
        await using LinuxMachine machine = await LinuxMachine.StartIdleAsync(processors, stub, s_limit);
        using DebugClient client = new();
        client.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{stub}");
        await WaitAsync(client);
        CheckKernel(client);
        Assert.Equal(processors, client.Processors.Count);

        Assert.Contains($"RIP={client.Registers.InstructionPointer:x16}", client.RunExdiCommand("info registers"), StringComparison.Ordinal);

        // Every processor is somewhere in it, or in a program.
        for (int i = 0; i < processors; i++)
        {
            client.Processors.Current = i;
            ulong place = client.Registers.InstructionPointer;
            Assert.True((place >> 63) == 0 || NameAt(client, place).Length > 0, $"processor {i} is at {place:x}, which has no name");
        }

        client.Processors.Current = 0;
        Assert.True(client.Symbols.TryResolve("vmlinux!schedule", out ulong schedule));
        Breakpoint breakpoint = client.Breakpoints.AddCode(schedule);
        for (int i = 0; i < 3; i++)
        {
            client.SetExecutionStatus(ExecutionStatus.Go);
            await WaitAsync(client);
            Assert.Same(breakpoint, client.LastEvent!.Breakpoint);
            Assert.Equal("schedule", NameAt(client, client.Registers.InstructionPointer));
        }

        // Every thread of the kernel's own begins in one of these.
        string[] stack = [.. client.Stacks.Walk(50).Select(f => client.Symbols.TryFindNearest(f.LookupAddress, out var symbol) ? symbol.Name : "")];
        Assert.Equal("schedule", stack[0]);
        Assert.Matches("^(ret_from_fork|secondary_startup_64|entry_SYSCALL_64|asm_)", stack[^1]);

        client.SetExecutionStatus(ExecutionStatus.StepInto);
        await WaitAsync(client);
        Assert.NotEqual(schedule, client.Registers.InstructionPointer);
        client.Breakpoints.Clear();

        // The kernel's clock ticks: whoever writes there is stopped.
        Assert.True(client.Symbols.TryResolve("vmlinux!jiffies_64", out ulong clock));
        Breakpoint watch = client.Breakpoints.AddData(clock, 8, DataAccess.Write);
        client.SetExecutionStatus(ExecutionStatus.Go);
        await WaitAsync(client);
        Assert.Same(watch, client.LastEvent!.Breakpoint);
        Assert.Matches("^(do_timer|tick_do_update_jiffies64)", NameAt(client, client.Registers.InstructionPointer));
        client.Breakpoints.Clear();
        client.EndSession(EndSessionKind.ActiveDetach);

        // It runs on: its clock goes further than what this debugger saw.
        ulong before = await ClockAsync(stub);
        // An idle kernel looks at its clock once a second, when its only program wakes up.
        await Task.Delay(3000);
        Assert.True(await ClockAsync(stub) > before);
    }

    [Fact]
    public async Task A_stock_kernel_is_debugged_over_the_network_through_the_bridge_and_survives_its_reset()
    {
        int stub = FreePort.Tcp();
        await using LinuxMachine machine = await LinuxMachine.StartIdleAsync(2, stub, s_limit);
        await using RunningBridge bridge = RunningBridge.Start(stub);
        using DebugClient client = new(new DebugClientOptions { InitialBreak = true });
        client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={bridge.Port},key={RunningBridge.Key}");
        await WaitAsync(client);
        CheckKernel(client);

        // At the stop that a restart ends in, too.
        for (int i = 0; i < 2; i++)
        {
            client.Reboot();
            await WaitAsync(client);
            // The machine waited for its debugger, where a reset puts it (SDM 3A, 10.1.4).
            Assert.Equal(0xFFF0ul, client.Registers.InstructionPointer);
        }

        Assert.DoesNotContain(client.Modules.All, m => m.ImageName == "vmlinux");
        client.EndSession(EndSessionKind.ActiveDetach);
    }

    [Fact]
    public async Task Microsofts_engine_debugs_a_stock_kernel_through_the_bridge()
    {
        await DbgEngHost.HomeAsync();
        int stub = FreePort.Tcp();
        await using LinuxMachine machine = await LinuxMachine.StartIdleAsync(2, stub, s_limit);
        ulong schedule = await AddressAsync(stub, "vmlinux!schedule");
        await using RunningBridge bridge = RunningBridge.Start(stub);
        DbgEngSession session = await DbgEngHost.RunAsync(
            $"net:port={bridge.Port},key={RunningBridge.Key}", s_limit, "@initial-break", "@wait", "r", ".reload", "lm", $"db {schedule:x} L4", $"bp {schedule:x}", "g", "t", "bc *", "~1s", "r", "~0s", "@interrupt 300", "g", "@detach");
        session.Shows("@wait", "(2 procs)");
        session.Shows("lm", "vmlinux");
        session.Shows("lm", "loop");
        session.Shows("g", "Breakpoint 0 hit");
        session.Succeeded("t");
        session.Shows("r", "cs=0010", occurrence: 1);
        session.Shows("g", "Break instruction exception", occurrence: 1);
        session.Succeeded("@detach");
    }

    [Fact]
    public async Task Without_a_guess_a_linux_machine_is_a_plain_machine()
    {
        int stub = FreePort.Tcp();
        await using LinuxMachine machine = await LinuxMachine.StartIdleAsync(2, stub, s_limit);
        using DebugClient client = new();
        client.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{stub},kd=off");
        await WaitAsync(client);
        Assert.Equal(["nt"], client.Modules.All.Select(m => m.Name));
        Assert.False(client.Target.IsLinux);
        client.EndSession(EndSessionKind.ActiveDetach);
    }

    private static void CheckKernel(DebugClient client)
    {
        // In the order of their addresses, which the kernel chooses; the made-up NT kernel is not among them.
        Assert.Equal(["crc_itu_t", "loop", "nls_utf8", "vmlinux"], client.Modules.All.Select(m => m.Name).Order());
        Module kernel = client.Modules.All[0];
        Assert.Equal("vmlinux", kernel.Name);
        Module loop = client.Modules.All.Single(m => m.Name == "loop");
        Symbol function = Assert.Single(loop.Symbols!.Find("loop_reread_partitions"));
        Assert.Equal("loop_reread_partitions", NameAt(client, loop.Base + function.Offset));
        Assert.True(client.Target.IsLinux);
        Assert.Matches(@"^Linux \d+\.\d+\.\d+-\d+-cloud-amd64$", client.Target.BuildLab);
        Assert.Equal(kernel.Base, Assert.Single(kernel.Symbols!.Find("_text")).Offset + kernel.Base);
        Assert.Equal(SymbolStatus.Kallsyms, kernel.SymbolStatus);

        UserDefinedType task = Assert.IsAssignableFrom<UserDefinedType>(kernel.Symbols.Types!.TryFind("task_struct", out TypeInfo? found) ? found : null);
        Field name = task.Fields.Single(f => f.Name == "comm");
        Assert.True(client.Symbols.TryResolve("init_task", out ulong first));
        byte[] text = new byte[9];
        Assert.Equal(text.Length, client.Virtual.Read(first + name.Offset, text));
        Assert.Equal("swapper/0"u8, text);
    }

    private static async Task<ulong> AddressAsync(int stub, string name)
    {
        using DebugClient client = new();
        client.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{stub}");
        await WaitAsync(client);
        Assert.True(client.Symbols.TryResolve(name, out ulong address));
        client.EndSession(EndSessionKind.ActiveDetach);
        return address;
    }

    private static async Task<ulong> ClockAsync(int stub)
    {
        using DebugClient client = new();
        client.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{stub}");
        await WaitAsync(client);
        Assert.True(client.Symbols.TryResolve("vmlinux!jiffies_64", out ulong clock));
        Assert.True(client.Virtual.TryReadInteger(clock, 8, out ulong ticks));
        client.EndSession(EndSessionKind.ActiveDetach);
        return ticks;
    }

    private static string NameAt(DebugClient client, ulong address) => client.Symbols.TryFindNearest(address, out var symbol) ? symbol.Name : "";

    private static async Task WaitAsync(DebugClient client)
    {
        using CancellationTokenSource timer = new(s_limit);
        await client.WaitForEventAsync(timer.Token);
    }
}
