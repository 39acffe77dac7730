using NetKd.Engine;
using NetKd.Engine.Breakpoints;
using NetKd.Engine.Registers;

namespace NetKd.Interop;

/// <summary>
/// A machine behind a gdb stub, QEMU's, as a KDNET target: by its own kernel's structures, and under a made-up face that needs none. Debugged by our
/// engine and by Microsoft's.
/// </summary>
public sealed class GdbBridgeTests
{
    private const string Key = RunningBridge.Key;
    private const string Running = "targetos: running";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_engine_debugs_a_machine_behind_its_stub(bool guess)
    {
        await using Bridge bridge = await Bridge.StartAsync(guess);
        using TargetOsDebugger debugger = new(bridge.Port, Key);
        DebugClient client = debugger.Client;
        await debugger.WaitAsync();
        string kernel = guess ? "nt" : "targetos";
        Assert.Equal(guess, client.Target.KernelBase == 0xFFFFF800_00400000);
        Assert.Equal(2, client.Processors.Count + (guess ? 1 : 0));

        Breakpoint breakpoint = client.Breakpoints.AddCode(debugger.Address($"{kernel}!CountPrimes"));
        for (int i = 0; i < 3; i++)
        {
            await debugger.RunAsync();
            Assert.Same(breakpoint, client.LastEvent!.Breakpoint);
            Assert.Equal("CountPrimesForever", debugger.NameAt(client.Stacks.Walk(2)[1].InstructionPointer));
        }

        ulong before = client.Registers.InstructionPointer;
        await debugger.RunAsync(ExecutionStatus.StepInto);
        Assert.Equal(before + 1, client.Registers.InstructionPointer);
        client.Breakpoints.Clear();

        ulong rounds = debugger.Address($"{kernel}!WorkerRounds");
        Breakpoint watch = client.Breakpoints.AddData(rounds, 8, DataAccess.Write);
        await debugger.RunAsync();
        Assert.Same(watch, client.LastEvent!.Breakpoint);
        ulong count = debugger.Number(rounds);
        await debugger.RunAsync();
        Assert.Equal(count + 1, debugger.Number(rounds));
        client.Breakpoints.Clear();

        Assert.True(client.Registers.TryWrite("r15", new RegisterValue(0x1122334455667788)));
        await debugger.RunAsync(ExecutionStatus.StepInto);
        Assert.Equal(0x1122334455667788ul, client.Registers.Get("r15"));
        Assert.True(client.Registers.TryWrite("r15", new RegisterValue(0)));
        await debugger.RunForAsync(TimeSpan.FromMilliseconds(200));
        client.EndSession(EndSessionKind.ActiveDetach);
    }

    [Fact]
    public async Task A_session_survives_a_reset_of_the_guest()
    {
        await using Bridge bridge = await Bridge.StartAsync(guess: false);
        using TargetOsDebugger debugger = new(bridge.Port, Key);
        await debugger.WaitAsync();
        debugger.Client.Reboot();
        await debugger.WaitAsync();
        Assert.Equal(ExecutionStatus.Break, debugger.Client.ExecutionStatus);
        await debugger.RunForAsync(TimeSpan.FromSeconds(1));
        await bridge.Computer.WaitForConsoleAsync("BdsDxe", s_limit);
    }

    [Fact]
    public async Task Microsofts_engine_debugs_it_too()
    {
        await DbgEngHost.HomeAsync();
        await using Bridge bridge = await Bridge.StartAsync(guess: false);
        DbgEngSession session = await DbgEngHost.RunAsync(
            $"net:port={bridge.Port},key={Key}", s_limit,
            "@initial-break", "@wait", "r", ".reload", "lm", "u @rip L2", "ba w8 fffff800`00408258", "g", "t", "p", "bc *", "bp targetos!CountPrimes", "g", "k", "bc *", "~1s", "r", "~0s", "@interrupt 300", "g", "@detach");
        session.Shows("@wait", "Kernel base = 0xfffff803`12200000");
        session.Shows("@wait", "(2 procs)");
        session.Shows("r", "cs=0010");
        session.Shows("lm", "netkd-bridge.exe");
        session.Shows("lm", "fffff800`00400000");
        session.Shows("g", "Breakpoint 0 hit");
        Assert.Equal(DbgEngStep.Break, session.Succeeded("t").Status);
        Assert.Equal(DbgEngStep.Break, session.Succeeded("p").Status);
        session.Shows("g", "Breakpoint 0 hit", occurrence: 1);
        session.Shows("k", "CountPrimesForever");
        session.Succeeded("~1s");
        session.Shows("g", "Break instruction exception", occurrence: 2);
        session.Succeeded("@detach");
    }

    /// <summary>The target computer with two processors, of which it starts one, its stub, and the bridge.</summary>
    private sealed class Bridge : IAsyncDisposable
    {
        private readonly RunningBridge _bridge;

        private Bridge(QemuTarget computer, RunningBridge bridge)
        {
            Computer = computer;
            _bridge = bridge;
        }

        public QemuTarget Computer { get; }

        public int Port => _bridge.Port;

        public static async Task<Bridge> StartAsync(bool guess)
        {
            int stub = FreePort.Tcp();
            // Its own debugger connection leads nowhere.
            QemuTarget computer = await QemuTarget.StartAsync(FreePort.Udp(), "5.6.7.8", "--", "-smp", "2", "-gdb", $"tcp:127.0.0.1:{stub}");
            try
            {
                await computer.WaitForConsoleAsync(Running, s_limit);
                return new Bridge(computer, RunningBridge.Start(stub, guess));
            }
            catch
            {
                await computer.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _bridge.DisposeAsync();
            await Computer.DisposeAsync();
        }
    }
}
