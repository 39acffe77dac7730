using NetKd.Engine.Breakpoints;
using NetKd.Engine.Events;
using NetKd.Protocol.Kd;

namespace NetKd.Engine.Tests;

public class RunningTests
{
    [Fact]
    public async Task A_breakpoint_is_hit_again_and_again()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        Breakpoint breakpoint = target.Client.Breakpoints.AddCode(target.Address("nt!SimAddToCounter"));
        for (int i = 1; i <= 5; i++)
        {
            await target.RunAsync(ExecutionStatus.Go);
            Assert.Same(breakpoint, target.Client.LastEvent!.Breakpoint);
            Assert.Equal(breakpoint.Address, target.Client.Registers.InstructionPointer);
            Assert.Equal(i, breakpoint.HitCount);
        }
    }

    [Fact]
    public async Task Memory_shows_the_programs_own_bytes_while_a_breakpoint_is_set()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        ulong address = target.Address("nt!SimAddToCounter");
        byte[] before = new byte[16];
        byte[] after = new byte[16];
        target.Client.Virtual.Read(address, before);
        target.Client.Breakpoints.AddCode(address);
        await target.RunAsync(ExecutionStatus.Go);
        target.Client.Virtual.Read(address, after);
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task A_pass_count_lets_earlier_hits_by()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        Breakpoint breakpoint = target.Client.Breakpoints.AddCode(target.Address("nt!SimAddToCounter"));
        breakpoint.PassCount = 4;
        await target.RunAsync(ExecutionStatus.Go);
        Assert.Equal(4, breakpoint.HitCount);
    }

    [Fact]
    public async Task A_step_into_costs_one_request_and_moves_one_instruction()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        target.Client.Breakpoints.AddCode(target.Address("nt!SimAddToCounter"));
        await target.RunAsync(ExecutionStatus.Go);
        for (int i = 0; i < 3; i++)
        {
            ulong before = target.Client.Registers.InstructionPointer;
            uint requests = target.Target.Requests.Total;
            await target.RunAsync(ExecutionStatus.StepInto);
            Assert.Equal(DebugEventKind.Step, target.Client.LastEvent!.Kind);
            Assert.NotEqual(before, target.Client.Registers.InstructionPointer);
            // RestoreBreakPoint of the armed breakpoint at the first step; then Continue2 and the context.
            Assert.InRange(target.Target.Requests.Total - requests, 1u, 3u);
        }
    }

    [Fact]
    public async Task A_step_from_a_compiled_in_breakpoint_moves_past_it_without_running()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        ulong before = target.Client.Registers.InstructionPointer;
        await target.RunAsync(ExecutionStatus.StepInto);
        Assert.Equal(before + 1, target.Client.Registers.InstructionPointer);
        Assert.Equal(0u, target.Target.Requests.Of(ManipulateApi.DbgKdContinueApi2) - 2); // two module loads at boot
    }

    [Fact]
    public async Task A_step_over_a_call_stops_behind_it()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        target.Client.Breakpoints.AddCode(target.Address("nt!SimComputePrimes"));
        await target.RunAsync(ExecutionStatus.Go);
        ulong caller = target.Client.Stacks.Walk(2)[0].ReturnAddress;
        target.Client.Breakpoints.Clear();
        bool overCall = false;
        for (int i = 0; i < 200 && !overCall; i++)
        {
            byte[] code = new byte[5];
            ulong at = target.Client.Registers.InstructionPointer;
            target.Client.Virtual.Read(at, code);
            await target.RunAsync(ExecutionStatus.StepOver);
            if (code[0] != 0xE8) continue;
            Assert.Equal(at + 5, target.Client.Registers.InstructionPointer);
            overCall = true;
        }

        Assert.True(overCall, "no call was met");
        Assert.NotEqual(0ul, caller);
    }

    [Fact]
    public async Task A_write_breakpoint_stops_behind_the_write()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        ulong counter = target.Address("nt!SimCounter");
        Assert.True(target.Client.Virtual.TryReadInteger(counter, 8, out ulong before));
        Breakpoint write = target.Client.Breakpoints.AddData(counter, 8, DataAccess.Write);
        await target.RunAsync(ExecutionStatus.Go);
        Assert.Same(write, target.Client.LastEvent!.Breakpoint);
        Assert.True(target.Client.Virtual.TryReadInteger(counter, 8, out ulong after));
        Assert.NotEqual(before, after);
        target.Client.Breakpoints.Clear();
        target.Client.SetExecutionStatus(ExecutionStatus.Go);
        Task wait = target.WaitAsync();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(wait.IsCompleted, "a cleared breakpoint still stops the target");
        target.Client.SetInterrupt(InterruptKind.Active);
        await wait;
    }

    [Fact]
    public async Task A_break_in_stops_a_running_target()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        for (int i = 0; i < 3; i++)
        {
            target.Client.SetExecutionStatus(ExecutionStatus.Go);
            Task wait = target.WaitAsync();
            Assert.Throws<DebugException>(() => target.Client.Virtual.Read(0, new byte[1]));
            target.Client.SetInterrupt(InterruptKind.Active);
            await wait;
            Assert.Equal(NtStatus.Breakpoint, target.Client.LastEvent!.Exception.Code);
        }
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_target_running_and_can_be_taken_up()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        target.Client.SetExecutionStatus(ExecutionStatus.Go);
        using (CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(150)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => target.Client.WaitForEventAsync(soon.Token));
        Assert.Equal(ExecutionStatus.Go, target.Client.ExecutionStatus);
        target.Client.SetInterrupt(InterruptKind.Active);
        await target.WaitAsync();
        Assert.Equal(ExecutionStatus.Break, target.Client.ExecutionStatus);
    }

    [Fact]
    public async Task Registers_written_are_those_the_target_runs_with()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        Assert.True(target.Client.Registers.TryWrite("r15", new Registers.RegisterValue(0x1122334455667788)));
        Assert.True(target.Client.Registers.TryWrite("r14d", new Registers.RegisterValue(0xAABBCCDD)));
        ulong r14 = target.Client.Registers.Get("r14");
        target.Client.Breakpoints.AddCode(target.Client.Stacks.Walk(1)[0].ReturnAddress);
        await target.RunAsync(ExecutionStatus.Go);
        Assert.Equal(0x1122334455667788ul, target.Client.Registers.Get("r15"));
        Assert.Equal(r14, target.Client.Registers.Get("r14"));
    }

    [Fact]
    public async Task A_restarted_target_is_taken_back_with_its_breakpoints()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        Breakpoint breakpoint = target.Client.Breakpoints.AddCode(target.Address("nt!SimAddToCounter"));
        target.Client.Options.InitialBreak = false;
        target.Client.Reboot();
        await target.WaitAsync();
        Assert.Equal(1, target.Target.Restarts);
        Assert.Same(breakpoint, target.Client.LastEvent!.Breakpoint);
    }

    [Fact]
    public async Task A_crash_stops_in_the_bug_check()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        target.Client.Crash();
        await target.WaitAsync();
        ulong data = target.Client.Data.ReadPointer(DataSpaces.DebuggerDataField.KiBugcheckData);
        Assert.True(target.Client.Virtual.TryReadInteger(data, 4, out ulong code));
        Assert.Equal(0xE2ul, code);
    }
}
