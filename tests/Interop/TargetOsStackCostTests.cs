using NetKd.Engine;
using NetKd.Engine.Stacks;

namespace NetKd.Interop;

/// <summary>
/// What a stack with names costs in requests on a real machine, from a session that has looked at nothing: the registers, the image's headers and debug
/// directory, which lead to the PDB, the function table, unwind data, and the stack.
/// </summary>
public sealed class TargetOsStackCostTests
{
    private const string Key = "1.2.3.4";
    private const int MostColdRequests = 15;
    private const int MostWarmRequests = 3;

    [Fact]
    public async Task A_stack_of_ten_named_frames_costs_few_requests()
    {
        int port = FreePort.Udp();
        await using QemuTarget computer = await QemuTarget.StartAsync(port, Key);
        using TargetOsDebugger debugger = new(port, Key, Path.Combine(Repository.Root, "artifacts", "targetos"));
        DebugClient client = debugger.Client;
        await debugger.WaitAsync();
        (long first, string[] names) = Cost(client);
        Assert.InRange(first, 1, MostColdRequests);
        Assert.Equal((string[])["DbgBreakPointWithStatus", "KernelDebugger.OnTimer", "Traps.HandleTrap", "TrapCommon"], names[..4]);

        // A recursion ten calls deep, met for the first time.
        client.Breakpoints.AddCode(debugger.Address("nt!Workers.Fibonacci"));
        await debugger.RunAsync();
        ulong top = client.Registers.StackPointer;
        for (int i = 0; i < 5000 && top - client.Registers.StackPointer < 10 * 0x30; i++)
        {
            await debugger.RunAsync();
            top = Math.Max(top, client.Registers.StackPointer);
        }

        (long deep, names) = Cost(client);
        Assert.Equal(10, names.Length);
        Assert.All(names[..9], name => Assert.Equal("Workers.Fibonacci", name));
        Assert.InRange(deep, 1, MostColdRequests);

        await debugger.RunAsync();
        (long warm, _) = Cost(client);
        Assert.InRange(warm, 1, MostWarmRequests);
        TestContext.Current.TestOutputHelper?.WriteLine($"requests: {first} for the first stack of the session, {deep} for the first of ten frames, {warm} for the next");
    }

    private static (long Requests, string[] Names) Cost(DebugClient client)
    {
        long before = client.RequestCount;
        IReadOnlyList<StackFrame> frames = client.Stacks.WalkWithInlined(10);
        string[] names = [.. frames.Select(frame => client.Symbols.TryFindNearest(frame.LookupAddress, out var symbol) ? symbol.Name : "")];
        return (client.RequestCount - before, names);
    }
}
