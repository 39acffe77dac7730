using NetKd.Target.Hosting;
using NetKd.Target.Simulation;

namespace NetKd.Engine.Tests;

/// <summary>A network that loses, repeats, reorders and delays must cost time only.</summary>
public class BadNetworkTests
{
    public static TheoryData<string, NetworkFaults> Networks => new()
    {
        { "loss", new NetworkFaults { Loss = 0.3 } },
        { "duplication", new NetworkFaults { Duplicate = 0.1 } },
        { "reordering", new NetworkFaults { Reorder = 0.2 } },
        { "latency", new NetworkFaults { LatencyMilliseconds = 20 } },
        { "all", new NetworkFaults { Loss = 0.1, Duplicate = 0.1, Reorder = 0.1, LatencyMilliseconds = 5 } },
    };

    [Theory]
    [MemberData(nameof(Networks), DisableDiscoveryEnumeration = true)]
    public async Task Attaches_reads_steps_and_leaves(string name, NetworkFaults faults)
    {
        Assert.NotEmpty(name);
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync(faults: faults);
        byte[] bytes = new byte[64 * 1024];
        byte[] expected = new byte[bytes.Length];
        BulkRegion.Fill(expected, 0);
        Assert.Equal(bytes.Length, target.Client.Virtual.Read(BulkRegion.VirtualBase, bytes));
        Assert.True(bytes.AsSpan().SequenceEqual(expected), "what was read is not what the target holds");

        // Each instruction is executed once: the counter grows by exactly what its own code adds.
        ulong counter = target.Address("nt!SimCounter");
        ulong add = target.Address("nt!SimAddToCounter");
        target.Client.Breakpoints.AddCode(add);
        await target.RunAsync(ExecutionStatus.Go);
        Assert.True(target.Client.Virtual.TryReadInteger(counter, 8, out ulong before));
        ulong added = target.Client.Registers.Get("rcx");
        target.Client.Breakpoints.Clear();
        ulong home = target.Client.Stacks.Walk(1)[0].ReturnAddress;
        for (int i = 0; i < 20 && target.Client.Registers.InstructionPointer != home; i++) await target.RunAsync(ExecutionStatus.StepInto);
        Assert.Equal(home, target.Client.Registers.InstructionPointer);
        Assert.True(target.Client.Virtual.TryReadInteger(counter, 8, out ulong after));
        Assert.Equal(before + added, after);
        target.Client.EndSession(EndSessionKind.ActiveDetach);
        long ticks = target.Target.Ticks;
        Assert.True(SpinWait.SpinUntil(() => target.Target.Ticks > ticks + 2, TimeSpan.FromSeconds(20)), "the target does not run on");
    }
}
