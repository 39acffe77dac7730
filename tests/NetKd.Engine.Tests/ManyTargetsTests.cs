using System.Net;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;

namespace NetKd.Engine.Tests;

/// <summary>A hundred targets in one process, each with its own port and key: a session knows nothing of the others.</summary>
[Collection(nameof(Alone))]
public class ManyTargetsTests
{
    private const int Targets = 100;
    private const int FirstPort = 50000;

    [Fact]
    public async Task All_at_a_prompt_all_running_one_breaks_in_while_the_rest_go_on()
    {
        List<Session> sessions = [];
        List<SimulatedTarget> targets = [];
        try
        {
            // All ports before the first target: a target's own port may be any that is free.
            for (int i = 0; i < Targets; i++) sessions.Add(new Session($"net:port={FirstPort + i},key=1.2.3.{i}"));
            for (int i = 0; i < Targets; i++)
            {
                KeyText.TryParse($"1.2.3.{i}", out KdNetKey key, out _);
                SimulatedTarget target = new(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = FirstPort + i, Key = key, ClockInterval = TimeSpan.FromMilliseconds(500) });
                target.Start();
                targets.Add(target);
            }

            await Task.WhenAll(sessions.Select(s => s.WaitAsync(120)));
            Assert.All(sessions, s => Assert.Equal(ExecutionStatus.Break, s.Client.ExecutionStatus));

            foreach (Session session in sessions) session.Client.SetExecutionStatus(ExecutionStatus.Go);
            Task[] waits = [.. sessions.Select(s => s.WaitAsync(120))];
            long[] ticks = [.. targets.Select(t => t.Ticks)];
            Assert.True(SpinWait.SpinUntil(() => targets.Zip(ticks).All(t => t.First.Ticks > t.Second + 1), TimeSpan.FromSeconds(60)), "not all targets run");

            const int Chosen = 42;
            sessions[Chosen].Client.SetInterrupt(InterruptKind.Active);
            await waits[Chosen];
            Assert.True(sessions[Chosen].Client.Virtual.TryReadInteger(sessions[Chosen].Client.Target.KernelBase, 2, out ulong magic));
            Assert.Equal(0x5A4Dul, magic);
            Assert.All(waits.Where((_, i) => i != Chosen), wait => Assert.False(wait.IsCompleted));
            ticks = [.. targets.Select(t => t.Ticks)];
            Assert.True(
                SpinWait.SpinUntil(() => targets.Where((_, i) => i != Chosen).Zip(ticks.Where((_, i) => i != Chosen)).All(t => t.First.Ticks > t.Second + 1), TimeSpan.FromSeconds(60)),
                "the others do not run on");
            Assert.Equal(ticks[Chosen], targets[Chosen].Ticks);
            foreach (Session session in sessions.Where(s => s.Client.ExecutionStatus != ExecutionStatus.Break)) session.Client.SetInterrupt(InterruptKind.Active);
            await Task.WhenAll(waits);
        }
        finally
        {
            foreach (Session session in sessions) session.Dispose();
            foreach (SimulatedTarget target in targets) target.Dispose();
        }
    }
}
