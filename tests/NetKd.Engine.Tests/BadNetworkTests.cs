using NetKd.Target.Hosting;
using NetKd.Target.Simulation;

namespace NetKd.Engine.Tests;

/// <summary>
/// A network that loses, repeats, reorders and delays must cost time only: everything arrives whole, and nothing is executed twice. The
/// time is simulated: minutes of waiting for lost datagrams pass in moments.
/// </summary>
public class BadNetworkTests
{
    private const int BulkBytes = 1 << 20;
    private const int Steps = 200;

    public static TheoryData<string, NetworkFaults> Networks => new()
    {
        { "none", new NetworkFaults() },
        { "loss", new NetworkFaults { Loss = 0.3 } },
        { "duplication", new NetworkFaults { Duplicate = 0.1 } },
        { "reordering", new NetworkFaults { Reorder = 0.2 } },
        { "latency", new NetworkFaults { LatencyMilliseconds = 200 } },
        { "all", new NetworkFaults { Loss = 0.3, Duplicate = 0.1, Reorder = 0.2, LatencyMilliseconds = 200 } },
    };

    [Theory]
    [MemberData(nameof(Networks), DisableDiscoveryEnumeration = true)]
    public async Task Attaches_reads_a_mebibyte_steps_and_leaves(string name, NetworkFaults faults)
    {
        Assert.NotEmpty(name);
        using VirtualSession session = new(faults);
        await session.WaitAsync();
        byte[] bytes = new byte[BulkBytes];
        byte[] expected = new byte[BulkBytes];
        BulkRegion.Fill(expected, 0);
        Assert.Equal(BulkBytes, session.Client.Virtual.Read(BulkRegion.VirtualBase, bytes));
        Assert.True(bytes.AsSpan().SequenceEqual(expected), "what was read is not what the target holds");

        List<ulong> trace = await StepAsync(session);
        Assert.Equal(await s_undisturbed.Value, trace);
        Assert.True(trace.Distinct().Count() > Steps / 10, "the steps do not lead anywhere");

        session.Client.EndSession(EndSessionKind.ActiveDetach);
        long ticks = session.Target.Ticks;
        Assert.True(SpinWait.SpinUntil(() => session.Target.Ticks > ticks + 2, TimeSpan.FromSeconds(20)), "the target does not run on");
    }

    // The machine is deterministic: the same steps from the same place take the same way, unless one is lost or done twice.
    private static readonly Lazy<Task<List<ulong>>> s_undisturbed = new(async () =>
    {
        using VirtualSession session = new();
        await session.WaitAsync();
        return await StepAsync(session);
    });

    private static async Task<List<ulong>> StepAsync(VirtualSession session)
    {
        ulong counter = session.Address("nt!SimCounter");
        session.Client.Breakpoints.AddCode(session.Address("nt!SimAddToCounter"));
        await session.RunAsync(ExecutionStatus.Go);
        session.Client.Breakpoints.Clear();
        Assert.True(session.Client.Virtual.TryReadInteger(counter, 8, out ulong first));
        List<ulong> trace = [];
        for (int i = 0; i < Steps; i++)
        {
            await session.RunAsync(ExecutionStatus.StepInto);
            trace.Add(session.Client.Registers.InstructionPointer);
            Assert.True(session.Client.Virtual.TryReadInteger(counter, 8, out ulong value));
            trace.Add(value - first);
        }

        return trace;
    }
}
