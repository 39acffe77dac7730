using NetKd.Engine;
using NetKd.Engine.Breakpoints;

namespace NetKd.Interop;

/// <summary>The engine on a machine behind QEMU's gdb stub, without KD in the machine: an eXDI connection.</summary>
public sealed class ExdiTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("guess", "nt")]
    [InlineData("off", "targetos")]
    public async Task A_machine_is_debugged_through_its_stub_with_names_and_lines(string kd, string module)
    {
        (QemuTarget computer, int stub) = await StartAsync();
        await using (computer)
        {
            using DebugClient client = new(new DebugClientOptions { SymbolPath = Path.Combine(Repository.Root, "artifacts", "targetos") });
            client.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{stub},kd={kd}");
            await WaitAsync(client);
            Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(client.GetKernelConnectionOptions).HResult);
            Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(() => client.SetKernelConnectionOptions("resync")).HResult);

            Assert.True(client.Symbols.TryResolve($"{module}!Workers.CountPrimes", out ulong place));
            Breakpoint breakpoint = client.Breakpoints.AddCode(place);
            client.SetExecutionStatus(ExecutionStatus.Go);
            await WaitAsync(client);
            Assert.Same(breakpoint, client.LastEvent!.Breakpoint);
            string[] names = [.. client.Stacks.Walk(10).Select(f => client.Symbols.TryFindNearest(f.LookupAddress, out var symbol) ? symbol.Name : "")];
            Assert.Equal(["Workers.CountPrimes", "Workers.CountPrimesForever", "ThreadStart"], names);
            client.Breakpoints.Clear();
            byte[] bulk = new byte[1 << 20];
            Assert.Equal(bulk.Length, client.Virtual.Read(0xFFFF8000_01000000, bulk));
            client.EndSession(EndSessionKind.ActiveDetach);

            // It runs on, and another connection finds it so.
            using DebugClient second = new();
            second.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{stub},kd={kd}");
            await WaitAsync(second);
            second.EndSession(EndSessionKind.ActiveDetach);
        }
    }

    [Fact]
    public async Task A_machine_that_ends_ends_the_session_with_a_reason()
    {
        (QemuTarget computer, int stub) = await StartAsync();
        using DebugClient client = new();
        await using (computer)
        {
            client.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{stub}");
            await WaitAsync(client);
        }

        DebugException lost = Assert.Throws<DebugException>(() => client.Virtual.ReadUncached(0xFFFF8000_01000000, new byte[64]));
        Assert.Equal(DebugException.ConnectionLost, lost.HResult);
    }

    private static async Task<(QemuTarget Computer, int Stub)> StartAsync()
    {
        int stub = FreePort.Tcp();
        QemuTarget computer = await QemuTarget.StartAsync(FreePort.Udp(), "5.6.7.8", "--", "-gdb", $"tcp:127.0.0.1:{stub}");
        await computer.WaitForConsoleAsync("targetos: running", s_limit);
        return (computer, stub);
    }

    private static async Task WaitAsync(DebugClient client)
    {
        using CancellationTokenSource timer = new(s_limit);
        await client.WaitForEventAsync(timer.Token);
    }
}
