using NetKd.Engine.Stacks;
using NetKd.Protocol.Kd;
using NetKd.Symbols.Unwinding;

namespace NetKd.Engine.Tests;

/// <summary>What a stack costs in requests, and what it tells, on the simulated target.</summary>
public class StackCostTests
{
    // What the README promises of a stack of ten frames.
    private const long MostColdRequests = 15;
    private const long MostWarmRequests = 3;

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_stack_through_an_interrupt_costs_few_requests_and_fewer_at_the_next_stop(byte version)
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync(version);
        DebugClient client = target.Client;
        long before = client.RequestCount;
        IReadOnlyList<StackFrame> frames = client.Stacks.Walk(10);
        Assert.InRange(client.RequestCount - before, 1, MostColdRequests);
        Assert.Equal(FrameMethod.Registers, frames[0].Method);
        StackFrame interrupted = Assert.Single(frames, frame => frame.Method == FrameMethod.MachineFrame);
        Assert.Equal(interrupted.InstructionPointer, interrupted.LookupAddress);
        Assert.Equal("KiSystemStartup", target.NameAt(frames[^1].InstructionPointer));
        for (int stop = 0; stop < 5; stop++)
        {
            Task stopped = target.RunAsync(ExecutionStatus.Go);
            client.SetInterrupt(InterruptKind.Active);
            await stopped;
            before = client.RequestCount;
            frames = client.Stacks.Walk(10);
            // The first stop in the idle processor's function meets another module.
            Assert.InRange(client.RequestCount - before, 1, stop == 0 ? MostColdRequests : MostWarmRequests);
            Assert.Equal("KiSystemStartup", target.NameAt(frames[^1].InstructionPointer));
        }
    }

    [Fact]
    public async Task Each_frame_keeps_the_registers_that_it_had()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        DebugClient client = target.Client;
        // The loop that calls keeps its count in rbx; the function that it calls uses rbx for a candidate.
        client.Breakpoints.AddCode(target.Address("nt!SimAddToCounter"));
        await target.RunAsync(ExecutionStatus.Go);
        IReadOnlyList<StackFrame> frames = client.Stacks.Walk(10);
        Assert.Equal(["SimAddToCounter", "SimComputePrimes", "SimWorkerLoop", "KiIdleLoop", "KiSystemStartup"], frames.Select(frame => target.NameAt(frame.LookupAddress)));
        ulong candidate = frames[1].Context.Get("rbx");
        Assert.Equal(client.Registers.Get("rcx"), candidate);
        Assert.InRange(frames[2].Context.Get("rbx"), 1ul, 3ul);
        Assert.Equal((uint)frames[2].Context.Get("rbx"), frames[2].Context.Get("ebx"));
        Assert.All(frames.Skip(1), frame =>
        {
            Assert.Equal(frame.InstructionPointer, frame.Context.Get("rip"));
            Assert.Equal(frame.StackPointer, frame.Context.Get("rsp"));
            Assert.False(frame.Context.TryRead("rcx", out _), "calls do not preserve rcx");
            Assert.False(frame.Context.TryRead("cr3", out _), "the processor's, not the frame's");
            Assert.True(frame.Context.TryRead("xmm7", out _));
        });
        Assert.True(frames[0].Context.TryRead("rcx", out _));
        Assert.Equal(client.Registers.Layout.ContextSize, frames[1].Context.CopyRecord().Length);
    }

    [Fact]
    public async Task What_is_kept_of_an_image_is_read_again_where_the_debugger_has_written()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        DebugClient client = target.Client;
        ulong code = target.Address("nt!SimAddToCounter");
        Modules.Module kernel = client.Modules.FindByAddress(code)!;
        byte[] before = new byte[4], after = new byte[4];
        Assert.Equal(4, kernel.Constant.Read(code, before));
        Assert.Equal(4, client.Virtual.Write(code, [1, 2, 3, 4]));
        Assert.Equal(4, kernel.Constant.Read(code, after));
        Assert.Equal([1, 2, 3, 4], after);
        Assert.Equal(4, client.Virtual.Write(code, before));
        // What is not there now may be there later: it is asked for again.
        Assert.Equal(0, kernel.Constant.Read(0x1000, after));
        long requests = client.RequestCount;
        client.Virtual.ForgetCache();
        Assert.Equal(0, kernel.Constant.Read(0x1000, after));
        Assert.True(client.RequestCount > requests);
    }

    [Fact]
    public async Task A_call_to_nowhere_is_seen_through()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        DebugClient client = target.Client;
        client.Breakpoints.AddCode(target.Address("nt!SimAddToCounter"));
        await target.RunAsync(ExecutionStatus.Go);
        client.Registers.InstructionPointer = 0;
        IReadOnlyList<StackFrame> frames = client.Stacks.Walk(10);
        Assert.Equal(FrameMethod.Guess, frames[1].Method);
        Assert.Equal("SimComputePrimes", target.NameAt(frames[1].InstructionPointer));
        Assert.Equal("KiSystemStartup", target.NameAt(frames[^1].InstructionPointer));
        client.Registers.InstructionPointer = target.Address("nt!SimAddToCounter");
    }

    [Fact]
    public async Task A_stack_that_runs_in_circles_ends()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        DebugClient client = target.Client;
        // Every word of the page is a return address into the kernel; the walk goes up once, and no further than the memory.
        ulong stack = client.Registers.StackPointer & ~0xFFFul;
        byte[] page = new byte[0x1000];
        for (int i = 0; i < page.Length; i += 8) BitConverter.TryWriteBytes(page.AsSpan(i), target.Address("nt!KiIdleLoop") + 9);
        Assert.Equal(page.Length, client.Virtual.Write(stack, page));
        client.Registers.StackPointer = stack;
        Assert.InRange(client.Stacks.Walk(0xffff).Count, 2, 0x1000 / 8);
    }
}
