using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using NetKd.Engine;
using NetKd.Interop;
using NetKd.Target.Hosting;
using NetKd.Target.Server;
using NetKd.Target.Simulation;

namespace NetKd.Benchmarks;

/// <summary>A bulk read over a line of 115200 baud, NetKd and Microsoft's engine in turn: useful bytes beside what the line carries.</summary>
internal static partial class SerialSpeed
{
    private const int Baud = 115200;
    private const int Bytes = 96 << 10;

    public static async Task RunAsync()
    {
        double line = Baud / 10.0;
        double ours = await OursAsync();
        double theirs = await TheirsAsync();
        Console.WriteLine($"| {Bytes >> 10} KiB at {Baud} baud 8N1 | bytes/s | share of the line's {line:F0} |");
        Console.WriteLine("| --- | --- | --- |");
        Console.WriteLine($"| NetKd | {ours:F0} | {ours / line:P1} |");
        Console.WriteLine($"| Microsoft's engine under Wine | {theirs:F0} | {theirs / line:P1} |");
    }

    private static async Task<double> OursAsync()
    {
        using PacedChannel channel = new(SocketSerialChannel.ListenTcp(0));
        using SimulatedTarget target = Start(channel);
        using DebugClient client = new(new DebugClientOptions { InitialBreak = true });
        client.AttachKernel(AttachKernelFlags.KernelConnection, $"com:ipport={channel.Port},port=127.0.0.1");
        await client.WaitForEventAsync();
        byte[] bytes = new byte[Bytes];
        long start = Stopwatch.GetTimestamp();
        int read = client.Virtual.Read(BulkRegion.VirtualBase, bytes);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        byte[] expected = new byte[Bytes];
        BulkRegion.Fill(expected, 0);
        if (read != Bytes || !bytes.AsSpan().SequenceEqual(expected)) throw new InvalidOperationException("What was read is not what the target holds.");
        client.EndSession(EndSessionKind.ActiveDetach);
        return Bytes / seconds;
    }

    private static async Task<double> TheirsAsync()
    {
        using PacedChannel channel = new(SocketSerialChannel.ListenTcp(0));
        using SimulatedTarget target = Start(channel);
        string file = Path.GetTempFileName();
        DbgEngSession session = await DbgEngHost.RunAsync(
            $"com:ipport={channel.Port},port=127.0.0.1", TimeSpan.FromMinutes(3), "@initial-break", "@wait", "@time",
            $".writemem Z:{file.Replace('/', '\\')} {BulkRegion.VirtualBase:x} L{Bytes:x}", "@time", "@detach");
        File.Delete(file);
        double[] times = [.. session.Steps.Where(s => s.Command == "@time").Select(s => double.Parse(Milliseconds().Match(s.Output).Groups[1].Value, CultureInfo.InvariantCulture))];
        return times.Length < 2 ? double.NaN : Bytes / ((times[1] - times[0]) / 1000);
    }

    private static SimulatedTarget Start(SerialChannel channel)
    {
        SimulatedTarget target = new(new SimulatedTargetOptions { DebuggerWait = TimeSpan.FromMinutes(1) }, channel);
        target.Start();
        return target;
    }

    [GeneratedRegex(@"(\d+) ms")]
    private static partial Regex Milliseconds();

    /// <summary>
    /// Bytes at the speed of the line, one direction after the other: a real line has both at once, so this one is not the faster.
    /// </summary>
    private sealed class PacedChannel(SocketSerialChannel inner) : SerialChannel, IDisposable
    {
        private const int Piece = 64;

        public int Port => inner.Port;

        public override int BaudRate => Baud;

        public override bool IsClosed => inner.IsClosed;

        public override long Microseconds => inner.Microseconds;

        public override int Receive(Span<byte> buffer, int waitMicroseconds)
        {
            int count = inner.Receive(buffer, waitMicroseconds);
            Pass(count, Microseconds);
            return count;
        }

        public override void Send(ReadOnlySpan<byte> bytes)
        {
            long start = Microseconds;
            for (int sent = 0; sent < bytes.Length; sent += Piece)
            {
                int length = Math.Min(Piece, bytes.Length - sent);
                Pass(sent + length, start);
                inner.Send(bytes.Slice(sent, length));
            }
        }

        public void Dispose() => inner.Dispose();

        private void Pass(int bytes, long since)
        {
            long end = since + bytes * 10_000_000L / Baud;
            while (end - Microseconds > 2_000) Thread.Sleep(1);
            while (Microseconds < end) Thread.SpinWait(20);
        }
    }
}
