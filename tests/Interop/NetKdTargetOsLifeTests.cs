using NetKd.Engine;
using NetKd.Engine.Breakpoints;
using NetKd.Engine.DataSpaces;

namespace NetKd.Interop;

/// <summary>The target computer's life around our debugger: it restarts, is left and found again, and ends in a bug check.</summary>
public sealed class NetKdTargetOsLifeTests
{
    private const string Key = "9.a.b.c";

    [Fact]
    public async Task It_restarts_with_its_breakpoints_is_left_running_is_found_again_and_crashes()
    {
        int port = FreePort.Udp();
        ulong rounds;
        ulong roundsAtDetach;
        await using QemuTarget computer = await QemuTarget.StartAsync(port, Key);
        using (TargetOsDebugger debugger = new(port, Key))
        {
            DebugClient client = debugger.Client;
            await debugger.WaitAsync();
            rounds = debugger.Address("nt!WorkerRounds");
            Breakpoint breakpoint = client.Breakpoints.AddCode(debugger.Address("nt!CountPrimes"));
            await debugger.RunAsync();
            Assert.Same(breakpoint, client.LastEvent!.Breakpoint);

            // Restart: the breakpoint is in the new boot, though nobody asks to break in.
            client.Options.InitialBreak = false;
            long hits = breakpoint.HitCount;
            client.Reboot();
            await debugger.WaitAsync();
            Assert.Same(breakpoint, client.LastEvent!.Breakpoint);
            Assert.Equal(hits + 1, breakpoint.HitCount);
            Assert.Equal(2, computer.Console.Split("kernel at fffff800`00400000").Length - 1);
            Assert.InRange(debugger.Number(rounds), 0ul, 100ul);
            Assert.Equal(2, debugger.TargetText.Split("hello, debugger").Length - 1);

            roundsAtDetach = debugger.Number(rounds);
            client.EndSession(EndSessionKind.ActiveDetach);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(500));
        using TargetOsDebugger second = new(port, Key);
        await second.WaitAsync();
        Assert.True(second.Number(rounds) > roundsAtDetach + 10, "the target did not run on");
        Assert.Equal(2, computer.Console.Split("kernel at fffff800`00400000").Length - 1);

        // MANUALLY_INITIATED_CRASH; DBG_STATUS_BUGCHECK_FIRST and _SECOND.
        second.Client.Crash();
        await second.WaitAsync();
        Assert.Equal(second.Address("nt!DbgBreakPointWithStatus"), second.Client.Registers.InstructionPointer);
        Assert.Equal(3ul, second.Client.Registers.Get("rcx"));
        Assert.Equal(0xE2ul, second.Number(second.Client.Data.ReadPointer(DebuggerDataField.KiBugcheckData)));
        Assert.Contains(second.Client.Stacks.Walk(10), frame => second.NameAt(frame.InstructionPointer) == "KeBugCheckEx");
        await second.RunAsync();
        Assert.Equal(4ul, second.Client.Registers.Get("rcx"));
        Assert.Contains("*** STOP: 0x000000e2", computer.Console, StringComparison.Ordinal);
    }
}
