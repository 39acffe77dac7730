using System.Diagnostics;
using NetKd.Engine;

namespace NetKd.Benchmarks;

/// <summary>A hundred sessions in this process whose targets run in another: what waiting for them costs.</summary>
internal static class IdleSessions
{
    public const int Sessions = 100;
    public const int FirstPort = 50000;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(30);

    public static async Task RunAsync()
    {
        List<DebugClient> clients = [];
        for (int i = 0; i < Sessions; i++)
        {
            DebugClient client = new(new DebugClientOptions { InitialBreak = true });
            client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={FirstPort + i},key={SimulatedPeer.Key}");
            clients.Add(client);
        }

        using SimulatedPeer targets = SimulatedPeer.Start(FirstPort, "many");
        await Task.WhenAll(clients.Select(c => c.WaitForEventAsync()));
        foreach (DebugClient client in clients) client.SetExecutionStatus(ExecutionStatus.Go);
        Task[] waits = [.. clients.Select(c => c.WaitForEventAsync())];
        await Task.Delay(s_settle);
        GC.Collect();
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(s_measured);
        self.Refresh();
        double share = (self.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(start);
        long pokes = clients.Sum(c => c.LinkStatistics!.Pokes);
        Console.WriteLine($"| {Sessions} sessions, all targets running | |");
        Console.WriteLine("| --- | --- |");
        Console.WriteLine($"| processor time, share of one core | {share:P2} |");
        Console.WriteLine($"| resident memory of the process, MB | {self.WorkingSet64 / 1e6:F0} |");
        Console.WriteLine($"| threads | {self.Threads.Count} |");
        Console.WriteLine($"| pokes taken meanwhile and before | {pokes} |");
        clients[0].SetInterrupt(InterruptKind.Active);
        await waits[0];
        foreach (DebugClient client in clients) client.Dispose();
    }
}
