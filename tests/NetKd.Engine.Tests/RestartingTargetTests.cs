using NetKd.Engine.Events;

namespace NetKd.Engine.Tests;

/// <summary>A target that loses power and boots again, at any moment of a session, is regained with its breakpoints.</summary>
public class RestartingTargetTests
{
    private const int Restarts = 50;
    private const int MaxDatagramsBeforeCut = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Killed_and_restarted_at_random_moments_it_is_always_regained(int seed)
    {
        Random random = new(seed);
        using VirtualSession session = new();
        await session.WaitAsync();
        ulong place = session.Address("nt!SimAddToCounter");
        session.Client.Breakpoints.AddCode(place);
        for (int restart = 0; restart < Restarts; restart++)
        {
            Task cut = session.Network.CutTargetAfter(random.Next(MaxDatagramsBeforeCut));
            Task replaced = cut.ContinueWith(_ => session.Replace(), TaskScheduler.Default);
            while (!replaced.IsCompleted) await WorkAsync(session, place);
            await replaced;
            Assert.True(await ReachBreakpointAsync(session, place), $"restart {restart}: the breakpoint is not hit any more");
        }

        Assert.Equal(Restarts, session.Output.Split("The target restarted; connected to it again.").Length - 1);
    }

    [Fact]
    public async Task A_running_target_that_was_silent_for_an_hour_is_stopped_as_before()
    {
        using VirtualSession session = new(clockInterval: TimeSpan.FromSeconds(1));
        await session.WaitAsync();
        session.Client.SetExecutionStatus(ExecutionStatus.Go);
        Task stopped = session.WaitAsync();
        session.Network.IsSilent = true;
        long before = session.Network.Microseconds;
        while (session.Network.Microseconds - before < 3_600_000_000) await Task.Delay(20);
        session.Network.IsSilent = false;
        session.Client.SetInterrupt(InterruptKind.Active);
        await stopped;
        Assert.True(session.Client.Virtual.TryReadInteger(session.Client.Target.KernelBase, 2, out _));
        Assert.DoesNotContain("restarted", session.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_into_silence_fails_and_the_session_goes_on_when_the_target_is_back()
    {
        using VirtualSession session = new();
        await session.WaitAsync();
        ulong counter = session.Client.Registers.InstructionPointer;
        session.Network.IsSilent = true;
        DebugException lost = Assert.Throws<DebugException>(() => session.Client.Virtual.Read(session.Client.Target.KernelBase + 0x3000, new byte[64]));
        Assert.Equal(DebugException.ConnectionLost, lost.HResult);
        session.Network.IsSilent = false;
        Assert.Equal(64, session.Client.Virtual.Read(session.Client.Target.KernelBase + 0x3000, new byte[64]));
        await session.RunAsync(ExecutionStatus.StepInto);
        Assert.NotEqual(counter, session.Client.Registers.InstructionPointer);
    }

    // What a debugger does all day: run to the breakpoint, look, step. Any of it may find the target gone.
    private static async Task WorkAsync(VirtualSession session, ulong place)
    {
        try
        {
            await session.RunAsync(ExecutionStatus.Go);
            byte[] bytes = new byte[8192];
            session.Client.Virtual.Read(session.Client.Target.KernelBase, bytes);
            await session.RunAsync(ExecutionStatus.StepInto);
            session.Client.Registers.Get("rcx");
            await session.RunAsync(ExecutionStatus.StepOver);
        }
        catch (TargetRestartedException)
        {
            await ReachBreakpointAsync(session, place);
        }
    }

    // A target that boots again stops for the initial break and then at the breakpoint.
    private static async Task<bool> ReachBreakpointAsync(VirtualSession session, ulong place)
    {
        for (int stops = 0; stops < 4; stops++)
        {
            try
            {
                if (session.Client.ExecutionStatus == ExecutionStatus.Break) session.Client.SetExecutionStatus(ExecutionStatus.Go);
                await session.WaitAsync();
                if (session.Client.LastEvent is { Kind: DebugEventKind.Breakpoint } hit && hit.ProgramCounter == place) return true;
            }
            catch (TargetRestartedException)
            {
                // The restart shows in the middle of something: the next wait takes the new boot.
            }
        }

        return false;
    }
}
