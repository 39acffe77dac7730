using NetKd.Engine;
using NetKd.Engine.Breakpoints;

namespace NetKd.Interop;

/// <summary>The bundled target computer on its serial port, in QEMU: the firmware's and the loader's text comes first on the same line.</summary>
public sealed class TargetOsSerialTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_debugged_restarted_left_and_found_again(bool tcp)
    {
        int port = FreePort.Udp();
        string path = Path.Combine(Path.GetTempPath(), $"netkd-com-{Environment.ProcessId}-{port}.sock");
        string connection = tcp ? $"com:ipport={port},port=127.0.0.1" : $"com:pipe,port={path},resets=0,reconnect";
        ulong rounds;
        ulong roundsAtDetach;
        await using QemuTarget computer = await QemuTarget.StartAsync(port, "", "--com", tcp ? $"tcp:{port}" : $"unix:{path}");
        await computer.WaitForConsoleAsync("targetos: debugger on COM1 at 115200 baud", TimeSpan.FromSeconds(60));
        using (TargetOsDebugger debugger = new(connection))
        {
            await debugger.WaitAsync();
            rounds = debugger.Address("nt!WorkerRounds");
            Breakpoint breakpoint = debugger.Client.Breakpoints.AddCode(debugger.Address("nt!CountPrimes"));
            await debugger.RunAsync();
            Assert.Same(breakpoint, debugger.Client.LastEvent!.Breakpoint);
            await debugger.RunAsync(ExecutionStatus.StepInto);
            byte[] bytes = new byte[0x10000];
            Assert.Equal(bytes.Length, debugger.Client.Virtual.Read(debugger.Client.Target.KernelBase, bytes));
            Assert.Equal("MZ"u8.ToArray(), bytes[..2]);

            debugger.Client.Options.InitialBreak = false;
            long hits = breakpoint.HitCount;
            debugger.Client.Reboot();
            await debugger.WaitAsync();
            Assert.Same(breakpoint, debugger.Client.LastEvent!.Breakpoint);
            Assert.Equal(hits + 1, breakpoint.HitCount);
            roundsAtDetach = debugger.Number(rounds);
            debugger.Client.EndSession(EndSessionKind.ActiveDetach);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(500));
        using TargetOsDebugger second = new(connection);
        await second.WaitAsync();
        Assert.True(second.Number(rounds) > roundsAtDetach + 10, "the target did not run on");
    }
}
