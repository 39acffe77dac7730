namespace NetKd.Engine.Tests;

/// <summary>A session that lasts.</summary>
[Collection(nameof(Alone))]
public class EnduranceTests
{
    private const int Cycles = 24_000;
    private const int WarmUp = 2_000;

    // Well below what one byte kept of each cycle's packets would come to.
    private const long MaxGrowthBytes = 256 * 1024;

    [Fact]
    public async Task Break_in_and_continue_leave_memory_flat()
    {
        using VirtualSession session = new();
        await session.WaitAsync();
        long before = 0;
        for (int cycle = 0; cycle < Cycles; cycle++)
        {
            if (cycle == WarmUp) before = GC.GetTotalMemory(forceFullCollection: true);
            session.Client.SetExecutionStatus(ExecutionStatus.Go);
            Task stopped = session.WaitAsync();
            session.Client.SetInterrupt(InterruptKind.Active);
            await stopped;
        }

        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(growth < MaxGrowthBytes, $"{growth} bytes more after {Cycles - WarmUp} cycles");
        Assert.Equal(ExecutionStatus.Break, session.Client.ExecutionStatus);
    }
}
