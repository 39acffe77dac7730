using System.Diagnostics;
using System.Globalization;
using System.Net;
using NetKd.Engine;
using NetKd.Gdb;
using NetKd.Interop;
using NetKd.Target.Bridge;
using NetKd.Target.Hosting;
using NetKd.Testing;

namespace NetKd.Benchmarks;

/// <summary>
/// Memory of a machine in QEMU through its gdb stub: our client, gdb's own <c>dump memory</c>, and our engine through the bridge, on the same guest.
/// </summary>
internal static class GdbBulkRead
{
    private const int Bytes = 8 << 20;
    private const int Rounds = 5;

    // targetos maps all of its RAM here.
    private const ulong Address = 0xFFFF8000_01000000;
    private const int Elsewhere = 64 << 20;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static async Task RunAsync()
    {
        int stub = FreePort.Tcp();
        await using QemuTarget computer = await QemuTarget.StartAsync(FreePort.Udp(), "5.6.7.8", "--", "-gdb", $"tcp:127.0.0.1:{stub}");
        await computer.WaitForConsoleAsync("targetos: running", s_limit);
        List<double> ours = [], theirs = [], direct = [], bridged = [], ratios = [], shares = [];
        Console.WriteLine($"before the runtime has compiled both ends for good: ours {ReadOurs(stub):F2} MB/s, through the bridge {await ReadBridgedAsync(stub):F2} MB/s");
        for (int round = 0; round < Rounds; round++)
        {
            ours.Add(ReadOurs(stub));
            theirs.Add(ReadTheirs(stub));
            direct.Add(await ReadDirectAsync(stub));
            bridged.Add(await ReadBridgedAsync(stub));
            ratios.Add(ours[^1] / theirs[^1]);
            shares.Add(bridged[^1] / ours[^1]);
            Console.WriteLine($"round {round + 1}: ours {ours[^1]:F2} MB/s, gdb {theirs[^1]:F2} MB/s, -kx {direct[^1]:F2} MB/s, through the bridge {bridged[^1]:F2} MB/s");
        }

        Console.WriteLine();
        Console.WriteLine($"| {Bytes >> 20} MiB of a guest's memory through QEMU's stub | median, MB/s | min | max |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach ((string what, List<double> values) in ((string, List<double>)[])[("our client", ours), ("gdb, dump memory", theirs), ("our engine, -kx", direct), ("our engine through the bridge", bridged)])
            Console.WriteLine($"| {what} | {Median.Of(values):F2} | {values.Min():F2} | {values.Max():F2} |");
        Console.WriteLine($"Ratio to gdb, pair by pair: {Median.Of(ratios):F1} ({ratios.Min():F1} to {ratios.Max():F1}). Bridge beside direct: {Median.Of(shares):P0} ({shares.Min():P0} to {shares.Max():P0}).");
    }

    private static double ReadOurs(int stub)
    {
        using GdbClient client = GdbClient.Connect("127.0.0.1", stub, TimeSpan.FromSeconds(10));
        byte[] buffer = new byte[Bytes];
        client.ReadMemory(client.Threads[0], Address + Elsewhere, buffer);
        long start = Stopwatch.GetTimestamp();
        int read = client.ReadMemory(client.Threads[0], Address, buffer);
        double speed = Speed(read, Stopwatch.GetElapsedTime(start));
        client.Detach();
        return speed;
    }

    // Timed within gdb, so that its start does not count.
    private static double ReadTheirs(int stub)
    {
        string file = Path.GetTempFileName();
        string dump = $"dump binary memory {file} {Address} {Address + Bytes}";
        ProcessStartInfo start = new("gdb") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["-nx", "-batch", "-ex", "set architecture i386:x86-64", "-ex", $"target remote 127.0.0.1:{stub}",
            "-ex", $"python import time; t = time.time(); gdb.execute('{dump}'); print('SECONDS', time.time() - t)", "-ex", "detach"]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("gdb did not start: apt-get install gdb");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        long length = new FileInfo(file).Length;
        File.Delete(file);
        string line = output.Split('\n').FirstOrDefault(l => l.StartsWith("SECONDS ", StringComparison.Ordinal)) ?? throw new InvalidOperationException($"gdb did not read the memory:\n{output}{process.StandardError.ReadToEnd()}");
        return Speed(length, TimeSpan.FromSeconds(double.Parse(line[8..], CultureInfo.InvariantCulture)));
    }

    private static async Task<double> ReadDirectAsync(int stub)
    {
        using DebugClient client = new();
        client.AttachKernel(AttachKernelFlags.ExdiDriver, $"exdi:gdb=127.0.0.1:{stub}");
        return await ReadThroughAsync(client);
    }

    private static async Task<double> ReadBridgedAsync(int stub)
    {
        int port = FreePort.Udp();
        using DebugClient client = new(new DebugClientOptions { InitialBreak = true });
        client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key={SimulatedPeer.Key}");
        using CancellationTokenSource stop = new();
        using BridgedTarget target = new(GdbClient.Connect("127.0.0.1", stub, TimeSpan.FromSeconds(10)), new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, Key = SimulatedPeer.Options(port).Key });
        Task run = Task.Factory.StartNew(() => target.Run(stop.Token), TaskCreationOptions.LongRunning);
        double speed = await ReadThroughAsync(client);
        await stop.CancelAsync();
        await run;
        return speed;
    }

    private static async Task<double> ReadThroughAsync(DebugClient client)
    {
        using CancellationTokenSource limit = new(s_limit);
        await client.WaitForEventAsync(limit.Token);
        byte[] buffer = new byte[Bytes];
        client.Virtual.ReadUncached(Address + Elsewhere, buffer);
        // Another part: the bridge has kept the first.
        long start = Stopwatch.GetTimestamp();
        int read = client.Virtual.ReadUncached(Address, buffer);
        double speed = Speed(read, Stopwatch.GetElapsedTime(start));
        client.EndSession(EndSessionKind.ActiveDetach);
        return speed;
    }

    private static double Speed(long bytes, TimeSpan time) => bytes < Bytes ? throw new InvalidOperationException($"{bytes} of {Bytes} bytes could be read.") : bytes / time.TotalSeconds / 1e6;
}
