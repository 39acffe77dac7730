using System.Diagnostics;
using System.Net;
using NetKd.Engine;
using NetKd.Interop;
using NetKd.Target.Simulation;
using NetKd.Testing;
using NetKd.Transport;

namespace NetKd.Benchmarks;

/// <summary>
/// A bulk read from the simulated target in another process: the host's turnaround, what it allocates, and its share of what stopping and
/// waiting can reach, measured in the same run.
/// </summary>
internal static class LinkSpeed
{
    private const int Bytes = 16 << 20;
    private const int Rounds = 5;
    private const int BytesPerReply = 0x548;

    public static async Task RunAsync()
    {
        List<double> bare = [], isSealed = [], speed = [], turnaround = [], tail = [];
        long allocated = 0;
        for (int round = 0; round < Rounds; round++)
        {
            bare.Add(BareExchange.Measure(isSealed: false));
            isSealed.Add(BareExchange.Measure(isSealed: true));
            (double megabytes, Turnaround host, long bytes) = await ReadAsync();
            speed.Add(megabytes);
            turnaround.Add(Median.Of(host.Times));
            tail.Add(Median.Quantile(host.Times, 0.99));
            allocated = Math.Max(allocated, bytes);
            Console.WriteLine($"round {round + 1}: bare cycle {bare[^1]:F1} us, sealed {isSealed[^1]:F1} us, read {megabytes:F1} MB/s, turnaround {turnaround[^1]:F1} us");
        }

        (double ours, double theirs) = await TargetSideAsync();
        double bareBound = BytesPerReply / Median.Of(bare);
        double sealedBound = BytesPerReply / Median.Of(isSealed);
        Console.WriteLine();
        Console.WriteLine("| on the loopback | median |");
        Console.WriteLine("| --- | --- |");
        Console.WriteLine($"| host turnaround, reply in to next request out, us | {Median.Of(turnaround):F1} (99 %: {Median.Of(tail):F1}) |");
        Console.WriteLine($"| bytes allocated in a read of {Bytes >> 20} MiB | {allocated} |");
        Console.WriteLine($"| bulk read, MB/s | {Median.Of(speed):F1} |");
        Console.WriteLine($"| four datagrams and nothing else, us a cycle | {Median.Of(bare):F1}: at most {bareBound:F1} MB/s, reached {Median.Of(speed) / bareBound:P0} |");
        Console.WriteLine($"| four datagrams sealed and opened, us a cycle | {Median.Of(isSealed):F1}: at most {sealedBound:F1} MB/s, reached {Median.Of(speed) / sealedBound:P0} |");
        Console.WriteLine($"| turnaround as the target sees it, way included, us: NetKd | {ours:F1} |");
        Console.WriteLine($"| the same: Microsoft's engine under Wine | {theirs:F1} |");
    }

    private static async Task<(double Speed, Turnaround Host, long Allocated)> ReadAsync()
    {
        int port = FreePort.Udp();
        Turnaround host = new();
        using DebugClient client = new(new DebugClientOptions { InitialBreak = true, Tap = host });
        client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key={SimulatedPeer.Key}");
        using SimulatedPeer peer = SimulatedPeer.Start(port);
        await client.WaitForEventAsync();
        byte[] bytes = new byte[Bytes];
        // The simulated machine makes a page of RAM when it is first touched, and the runtime compiles both ends for good after some
        // thousand packets; a session that transfers has both behind it.
        client.Virtual.Read(BulkRegion.VirtualBase, bytes);
        host.Begin(Bytes / BytesPerReply + 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        int read = client.Virtual.Read(BulkRegion.VirtualBase, bytes);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (read != Bytes) throw new InvalidOperationException("The read ended early.");
        client.EndSession(EndSessionKind.ActiveDetach);
        return (Bytes / 1e6 / elapsed.TotalSeconds, host, allocated);
    }

    private static async Task<(double Ours, double Theirs)> TargetSideAsync()
    {
        int port = FreePort.Udp();
        List<double> ours;
        using (DebugClient client = new(new DebugClientOptions { InitialBreak = true }))
        {
            client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key={SimulatedPeer.Key}");
            using SimulatedPeer peer = SimulatedPeer.Start(port, "timed");
            await client.WaitForEventAsync();
            byte[] bytes = new byte[Bytes];
            client.Virtual.Read(BulkRegion.VirtualBase, bytes);
            client.EndSession(EndSessionKind.ActiveDetach);
            ours = peer.Timings();
        }

        port = FreePort.Udp();
        using SimulatedPeer other = SimulatedPeer.Start(port, "timed");
        string file = Path.GetTempFileName();
        await DbgEngHost.RunAsync(
            $"net:port={port},key={SimulatedPeer.Key}", TimeSpan.FromMinutes(2), "@initial-break", "@wait", $".writemem Z:{file.Replace('/', '\\')} {BulkRegion.VirtualBase:x} L200000", "@detach");
        File.Delete(file);
        return (Median.Of(ours), Median.Of(other.Timings()));
    }

    /// <summary>Times from each large datagram that comes in to the next request that goes out.</summary>
    private sealed class Turnaround : IDatagramTap
    {
        private const int SmallestReply = 1000;
        private const int RequestSize = 102;

        private double[] _times = [];
        private int _count;
        private long _came;

        public double[] Times => _times[.._count];

        public void Begin(int capacity)
        {
            _times = new double[capacity];
            _count = 0;
        }

        public void Observe(bool sent, ushort localPort, SocketAddress remote, ReadOnlySpan<byte> datagram)
        {
            if (!sent && datagram.Length >= SmallestReply)
            {
                _came = Stopwatch.GetTimestamp();
            }
            else if (sent && datagram.Length == RequestSize && _came != 0 && _count < _times.Length)
            {
                _times[_count++] = Stopwatch.GetElapsedTime(_came).TotalMicroseconds;
                _came = 0;
            }
        }
    }
}
