using System.Buffers.Binary;
using System.Text.RegularExpressions;
using NetKd.Engine;
using NetKd.Engine.Breakpoints;
using NetKd.Engine.DataSpaces;
using NetKd.Engine.Events;
using NetKd.Engine.Registers;
using NetKd.Engine.Stacks;
using NetKd.Protocol.Kd;
using NetKd.Symbols.Unwinding;

namespace NetKd.Interop;

/// <summary>Our own engine debugs the bundled target computer: real page tables, traps, ports and debug registers, in QEMU.</summary>
public sealed partial class NetKdTargetOsTests(TargetOsAtPrompt target) : IClassFixture<TargetOsAtPrompt>
{
    private const ulong KernelBase = 0xFFFFF800_00400000;
    private const int PageSize = 0x1000;

    private readonly TargetOsDebugger _debugger = target.Debugger;
    private readonly DebugClient _client = target.Debugger.Client;

    [Fact]
    public void The_target_tells_what_it_is()
    {
        Assert.Equal(KernelBase, _client.Target.KernelBase);
        Assert.Equal(19041, _client.Target.BuildNumber);
        Assert.Contains("targetos", _client.Target.BuildLab, StringComparison.Ordinal);
        Assert.InRange(_client.Target.UpTime!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        Assert.Contains("targetos: hello, debugger\n", _debugger.TargetText, StringComparison.Ordinal);
        var module = Assert.Single(_client.Modules.All);
        Assert.Equal(("nt", "targetos.exe", KernelBase), (module.Name, module.ImageName, module.Base));
    }

    [Fact]
    public async Task It_breaks_in_again_and_again_and_the_machine_runs_between()
    {
        ulong rounds = _debugger.Address("nt!WorkerRounds");
        for (int i = 0; i < 5; i++)
        {
            ulong before = _debugger.Number(rounds);
            await _debugger.RunForAsync(TimeSpan.FromMilliseconds(150));
            Assert.Equal(NtStatus.Breakpoint, _client.LastEvent!.Exception.Code);
            Assert.Equal(_debugger.Address("nt!DbgBreakPointWithStatus"), _client.Registers.InstructionPointer);
            // DBG_STATUS_CONTROL_C.
            Assert.Equal(1ul, _client.Registers.Get("rcx"));
            Assert.True(_debugger.Number(rounds) > before, "no worker came round");
        }
    }

    [Fact]
    public async Task Registers_and_stack_reach_through_the_trap_to_the_end()
    {
        await _debugger.RunForAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal(0x10ul, _client.Registers.Get("cs"));
        Assert.Equal(0x18ul, _client.Registers.Get("ss"));
        IReadOnlyList<StackFrame> frames = _client.Stacks.Walk(30);
        string[] names = [.. frames.Select(frame => _debugger.NameAt(frame.LookupAddress))];
        Assert.Equal((string[])["DbgBreakPointWithStatus", "KernelDebugger_OnTimer", "HandleTrap", "TrapCommon"], names[..4]);
        // What the timer interrupted: found by what the processor pushed, and every register is known again.
        Assert.Equal(FrameMethod.MachineFrame, frames[4].Method);
        Assert.Equal(frames[4].InstructionPointer, frames[4].LookupAddress);
        Assert.True(frames[4].Context.TryRead("rax", out _));
        Assert.Equal(0x10ul, frames[4].Context.Get("cs"));
        Assert.Contains(names[^1], (string[])["ThreadStart", "KernelMain"]);
        Assert.Equal(0ul, frames[^1].ReturnAddress);
        Assert.DoesNotContain(frames, frame => frame.Method == FrameMethod.Guess);
    }

    [Fact]
    public async Task A_stack_through_a_worker_thread_names_every_frame_at_few_requests()
    {
        // A cold stack of 10 frames costs at most 15 requests, a warm one 3. The worker is given enough to do that the break-in finds it at work.
        string[] names = [];
        long cost = long.MaxValue;
        for (int stop = 0; stop < 20 && (names.Length == 0 || stop < 5); stop++)
        {
            _client.Breakpoints.AddCode(_debugger.Address("nt!CountPrimes"));
            await _debugger.RunAsync();
            _client.Breakpoints.Clear();
            Assert.True(_client.Registers.TryWrite("rcx", new RegisterValue(400_000)));
            await _debugger.RunForAsync(TimeSpan.Zero);
            long before = _client.RequestCount;
            IReadOnlyList<StackFrame> frames = _client.Stacks.Walk(10);
            long requests = _client.RequestCount - before;
            Assert.InRange(requests, 1, 15);
            string[] found = [.. frames.Select(frame => _debugger.NameAt(frame.LookupAddress))];
            TestContext.Current.TestOutputHelper?.WriteLine($"{requests} requests: {string.Join(" < ", found)}");
            if (!found.Contains("CountPrimes")) continue;
            names = found;
            cost = Math.Min(cost, requests);
        }

        int worker = Array.IndexOf(names, "CountPrimes");
        Assert.True(worker > 0, "no stop met the worker");
        Assert.Equal((string[])["DbgBreakPointWithStatus", "KernelDebugger_OnTimer", "HandleTrap", "TrapCommon"], names[..4]);
        Assert.Equal((string[])["CountPrimes", "CountPrimesForever", "ThreadStart"], names[worker..]);
        Assert.InRange(cost, 1, 3);
    }

    [Fact]
    public async Task A_stack_in_the_middle_of_a_function_is_the_one_at_its_start()
    {
        // Every instruction of a function and of what it calls leads to the same caller.
        _client.Breakpoints.AddCode(_debugger.Address("nt!CountPrimes"));
        await _debugger.RunAsync();
        _client.Breakpoints.Clear();
        StackFrame caller = _client.Stacks.Walk(2)[1];
        int epilogues = 0, depth = 0;
        for (int i = 0; i < 200; i++)
        {
            await _debugger.RunAsync(ExecutionStatus.StepInto);
            IReadOnlyList<StackFrame> frames = _client.Stacks.Walk(10);
            int at = frames.ToList().FindIndex(frame => frame.InstructionPointer == caller.InstructionPointer && frame.StackPointer == caller.StackPointer);
            Assert.True(at >= 0, $"at {_debugger.NameAt(_client.Registers.InstructionPointer)} {_client.Registers.InstructionPointer:x}: {string.Join(" < ", frames.Select(f => _debugger.NameAt(f.LookupAddress)))}");
            depth = Math.Max(depth, at);
            epilogues += frames.Count(frame => frame.Method == FrameMethod.Epilogue);
            foreach (string register in (string[])["rbx", "rbp", "rsi", "rdi", "r12", "r13", "r14", "r15"])
                Assert.Equal(caller.Context.Get(register), frames[at].Context.Get(register));
            if (at == 0) break;
        }

        Assert.True(depth >= 2, "no step was in a function that it calls");
        Assert.True(epilogues > 0, "no step was in an epilogue");
    }

    [Fact]
    public async Task It_prints_at_the_debugger_while_it_runs()
    {
        for (int i = 0; i < 8 && !_debugger.TargetText.Contains("targetos: alive, ", StringComparison.Ordinal); i++)
            await _debugger.RunForAsync(TimeSpan.FromSeconds(1));
        Assert.Contains("targetos: alive, rounds of primes ", _debugger.TargetText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_breakpoint_is_hit_again_and_again()
    {
        Breakpoint breakpoint = _client.Breakpoints.AddCode(_debugger.Address("nt!CountPrimes"));
        for (int i = 1; i <= 3; i++)
        {
            await _debugger.RunAsync();
            Assert.Same(breakpoint, _client.LastEvent!.Breakpoint);
            Assert.Equal(breakpoint.Address, _client.Registers.InstructionPointer);
            Assert.Equal(i, breakpoint.HitCount);
            Assert.Equal("CountPrimesForever", _debugger.NameAt(_client.Stacks.Walk(2)[1].InstructionPointer));
        }

        _client.Breakpoints.Clear();
    }

    [Fact]
    public async Task Steps_go_into_calls_or_over_them()
    {
        ulong isPrime = _debugger.Address("nt!IsPrime");
        _client.Breakpoints.AddCode(_debugger.Address("nt!CountPrimes"));
        await _debugger.RunAsync();
        _client.Breakpoints.Clear();
        int overCalls = 0;
        for (int i = 0; i < 20; i++)
        {
            ulong before = _client.Registers.InstructionPointer;
            bool call = _client.Virtual.TryReadInteger(before, 1, out ulong code) && code == 0xE8;
            await _debugger.RunAsync(ExecutionStatus.StepOver);
            Assert.Equal(DebugEventKind.Step, _client.LastEvent!.Kind);
            Assert.Equal("CountPrimes", _debugger.NameAt(_client.Registers.InstructionPointer));
            if (!call) continue;
            overCalls++;
            Assert.Equal(before + 5, _client.Registers.InstructionPointer);
        }

        Assert.True(overCalls > 0, "no call was stepped over");
        int steps = 0;
        for (; _client.Registers.InstructionPointer != isPrime; steps++)
        {
            Assert.True(steps < 20, "no step went into IsPrime");
            await _debugger.RunAsync(ExecutionStatus.StepInto);
            Assert.Equal(DebugEventKind.Step, _client.LastEvent!.Kind);
        }
    }

    [Fact]
    public async Task A_write_watchpoint_stops_behind_each_write()
    {
        ulong rounds = _debugger.Address("nt!WorkerRounds");
        Breakpoint watch = _client.Breakpoints.AddData(rounds, 8, DataAccess.Write);
        await _debugger.RunAsync();
        for (int i = 0; i < 3; i++)
        {
            ulong before = _debugger.Number(rounds);
            await _debugger.RunAsync();
            Assert.Same(watch, _client.LastEvent!.Breakpoint);
            Assert.Equal("CountPrimesForever", _debugger.NameAt(_client.Registers.InstructionPointer));
            Assert.Equal(before + 1, _debugger.Number(rounds));
        }

        _client.Breakpoints.Clear();
    }

    [Fact]
    public async Task An_execute_watchpoint_stops_before_each_call()
    {
        ulong isPrime = _debugger.Address("nt!IsPrime");
        Breakpoint watch = _client.Breakpoints.AddData(isPrime, 1, DataAccess.Execute);
        ulong last = ulong.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            await _debugger.RunAsync();
            Assert.Same(watch, _client.LastEvent!.Breakpoint);
            Assert.Equal(isPrime, _client.Registers.InstructionPointer);
            // The candidate: another one at each call, so the instruction was not merely reported again.
            Assert.NotEqual(last, _client.Registers.Get("rcx"));
            last = _client.Registers.Get("rcx");
        }

        _client.Breakpoints.Clear();
    }

    [Fact]
    public void Reading_where_nothing_is_gives_a_short_read()
    {
        byte[] buffer = new byte[0x2000];
        Assert.Equal(0, _client.Virtual.Read(0, buffer));
        Assert.Equal(0, _client.Virtual.Read(0x00007FFF_12345000, buffer));
        // A hole: behind the image's last page there is none.
        ulong end = KernelBase + _client.Modules.All[0].Size;
        Assert.Equal(16, _client.Virtual.Read(end - 16, buffer));
        Assert.Equal(PageSize + 16, _client.Virtual.Read(end - PageSize - 16, buffer));
        Assert.Equal(0, _client.Virtual.Write(end, buffer));
        // Far beyond the machine's memory.
        Assert.Equal(0, _client.Physical.Read(1ul << 45, buffer));
    }

    [Fact]
    public void Memory_is_written_and_read_back()
    {
        ulong journal = _debugger.Address("nt!WorkerRounds") + 16;
        byte[] before = new byte[8], after = new byte[8], pattern = [1, 2, 3, 4, 5, 6, 7, 0];
        Assert.Equal(8, _client.Virtual.Read(journal, before));
        Assert.Equal(8, _client.Virtual.Write(journal, pattern));
        Assert.Equal(8, _client.Virtual.ReadUncached(journal, after));
        Assert.Equal(pattern, after);
        Assert.Equal(8, _client.Virtual.Write(journal, before));

        // Code is read-only to the kernel, but not to its debugger.
        ulong code = _debugger.Address("nt!Fibonacci");
        Assert.Equal(8, _client.Virtual.Read(code, before));
        Assert.Equal(8, _client.Virtual.Write(code, pattern));
        Assert.Equal(8, _client.Virtual.ReadUncached(code, after));
        Assert.Equal(pattern, after);
        Assert.Equal(8, _client.Virtual.Write(code, before));
    }

    [Fact]
    public void A_page_walk_leads_to_the_same_bytes()
    {
        foreach (string name in (string[])["nt!WorkerRounds", "nt!CountPrimes"])
        {
            ulong address = _debugger.Address(name);
            byte[] virtually = new byte[64], physically = new byte[64];
            Assert.Equal(64, _client.Virtual.Read(address, virtually));
            Assert.Equal(64, _client.Physical.Read(Translate(address), physically));
            Assert.Equal(virtually, physically);
        }
    }

    [Fact]
    public void Model_specific_registers_are_read_and_written()
    {
        const uint longModeSystemCall = 0xC0000082;
        Assert.True(_client.Msr.TryRead(longModeSystemCall, out ulong before));
        Assert.True(_client.Msr.TryWrite(longModeSystemCall, KernelBase));
        Assert.True(_client.Msr.TryRead(longModeSystemCall, out ulong after));
        Assert.Equal(KernelBase, after);
        Assert.True(_client.Msr.TryWrite(longModeSystemCall, before));

        // A register that does not exist: hardware refuses, QEMU's emulation reads zero; either way the target goes on.
        if (_client.Msr.TryRead(0x4000_1234, out ulong unknown)) Assert.Equal(0ul, unknown);
        Assert.Equal(8, _client.Virtual.Read(KernelBase, new byte[8]));
    }

    [Fact]
    public void Ports_and_the_adapters_configuration_are_read()
    {
        // The kernel masks all interrupts of the first legacy controller.
        Assert.True(_client.Io.TryRead(0x21, 1, out uint mask));
        Assert.Equal(0xFFu, mask);
        Assert.False(_client.Io.TryRead(0x21, 3, out _));

        Match place = AdapterLine().Match(target.Computer.Console);
        Assert.True(place.Success, target.Computer.Console);
        uint slot = BusSpace.PciSlot(Convert.ToInt32(place.Groups["device"].Value, 10), Convert.ToInt32(place.Groups["function"].Value, 10));
        byte[] configuration = new byte[64];
        Assert.Equal(64, _client.Bus.Read(BusSpace.PciConfiguration, Convert.ToUInt32(place.Groups["bus"].Value, 10), slot, 0, configuration));
        Assert.Equal(0x8086, BinaryPrimitives.ReadUInt16LittleEndian(configuration));
        Assert.Equal(Convert.ToUInt16(place.Groups["identity"].Value, 16), BinaryPrimitives.ReadUInt16LittleEndian(configuration.AsSpan(2)));
        // Class code: a network controller.
        Assert.Equal(2, configuration[11]);
        Assert.Equal(0, _client.Bus.Read(BusSpace.PciConfiguration, 0, BusSpace.PciSlot(30, 7), 0, configuration));
    }

    [GeneratedRegex("adapter 8086:(?<identity>[0-9a-f]{4}) at busparams (?<bus>[0-9]+)\\.(?<device>[0-9]+)\\.(?<function>[0-7]) ")]
    private static partial Regex AdapterLine();

    /// <summary>Intel SDM volume 3, "4-Level Paging": four levels of nine bits; bit 0 present, bit 7 a large page.</summary>
    private ulong Translate(ulong address)
    {
        const ulong frame = 0x000F_FFFF_FFFF_F000;
        ulong table = _client.Registers.Get("cr3") & frame;
        byte[] bytes = new byte[8];
        for (int shift = 39; ; shift -= 9)
        {
            Assert.Equal(8, _client.Physical.Read(table + (8 * (address >> shift & 0x1FF)), bytes));
            ulong entry = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.Equal(1ul, entry & 1);
            ulong inside = (1ul << shift) - 1;
            if (shift == 12 || (entry & 0x80) != 0) return (entry & frame & ~inside) | (address & inside);
            table = entry & frame;
        }
    }
}
