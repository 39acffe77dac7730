using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using NetKd.Commands;
using NetKd.Engine;
using NetKd.Interop;
using NetKd.Target.Simulation;
using NetKd.Testing;

namespace NetKd.Benchmarks;

/// <summary>
/// 16 MiB by <c>.writemem</c> from the simulated target, NetKd and Microsoft's engine in turn, in one run. The time is that of the
/// command alone, for the engine as its host program measures it around Execute.
/// </summary>
internal static partial class BulkRead
{
    private const int Rounds = 5;
    private const int Bytes = 16 << 20;

    public static async Task RunAsync()
    {
        await DbgEngHost.HomeAsync();
        List<double> ours = [], theirs = [], ratios = [];
        for (int round = 0; round < Rounds; round++)
        {
            double we = await OursAsync();
            double they = await TheirsAsync();
            ours.Add(we);
            theirs.Add(they);
            ratios.Add(we / they);
            Console.WriteLine($"round {round + 1}: NetKd {we:F1} MB/s, Microsoft's engine {they:F2} MB/s, ratio {we / they:F1}");
        }

        Console.WriteLine();
        Console.WriteLine("| .writemem of 16 MiB | median | min | max |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine($"| NetKd, MB/s | {Median(ours):F1} | {ours.Min():F1} | {ours.Max():F1} |");
        Console.WriteLine($"| Microsoft's engine under Wine, MB/s | {Median(theirs):F2} | {theirs.Min():F2} | {theirs.Max():F2} |");
        Console.WriteLine($"| ratio, pair by pair | {Median(ratios):F1} | {ratios.Min():F1} | {ratios.Max():F1} |");
    }

    private static async Task<double> OursAsync()
    {
        int port = FreePort.Udp();
        using DebugClient client = new(new DebugClientOptions { InitialBreak = true });
        client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key={SimulatedPeer.Key}");
        using SimulatedPeer peer = SimulatedPeer.Start(port);
        using CommandInterpreter interpreter = new(client, new QuietOutput());
        await interpreter.WaitForTargetAsync();
        string file = Path.GetTempFileName();
        // One small transfer first, so that neither side is timed while its code is compiled.
        await interpreter.ExecuteAsync($".writemem {file} {BulkRegion.VirtualBase:x} L400000");
        Stopwatch watch = Stopwatch.StartNew();
        CommandResult result = await interpreter.ExecuteAsync($".writemem {file} {BulkRegion.VirtualBase:x} L{Bytes:x}");
        TimeSpan elapsed = watch.Elapsed;
        Check(file, result.Status == CommandStatus.Completed);
        client.EndSession(EndSessionKind.ActiveDetach);
        return Bytes / 1e6 / elapsed.TotalSeconds;
    }

    private static async Task<double> TheirsAsync()
    {
        int port = FreePort.Udp();
        using SimulatedPeer peer = SimulatedPeer.Start(port);
        string file = Path.GetTempFileName();
        string command = $".writemem Z:{file.Replace('/', '\\')} {BulkRegion.VirtualBase:x} L{Bytes:x}";
        DbgEngSession session = await DbgEngHost.RunAsync(
            $"net:port={port},key={SimulatedPeer.Key}", TimeSpan.FromMinutes(3), "@initial-break", "@wait", "@time", command, "@time", "@detach");
        session.Succeeded(command);
        Check(file, completed: true);
        double[] times = [.. session.Steps.Where(s => s.Command == "@time").Select(s => double.Parse(Milliseconds().Match(s.Output).Groups[1].Value, CultureInfo.InvariantCulture))];
        return Bytes / 1e6 / ((times[1] - times[0]) / 1000);
    }

    private static void Check(string file, bool completed)
    {
        byte[] expected = new byte[Bytes];
        BulkRegion.Fill(expected, 0);
        bool same = File.ReadAllBytes(file).AsSpan().SequenceEqual(expected);
        File.Delete(file);
        if (!completed || !same) throw new InvalidOperationException("What was transferred is not what the target holds.");
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    [GeneratedRegex(@"(\d+) ms")]
    private static partial Regex Milliseconds();
}
