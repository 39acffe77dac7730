using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetKd.Interop;

namespace NetKd.Benchmarks;

/// <summary>The bundled target computer from power to its first poke, in QEMU: with the firmware, and from its own first line on.</summary>
internal static class BootTime
{
    private const int Rounds = 5;
    private const int BufferBytes = 2048;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static async Task RunAsync()
    {
        List<double> whole = [], own = [];
        for (int round = 0; round < Rounds; round++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 0));
            int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            long start = Stopwatch.GetTimestamp();
            await using QemuTarget target = await QemuTarget.StartAsync(port, SimulatedPeer.Key);
            Task<long> began = Task.Run(async () =>
            {
                await target.WaitForConsoleAsync("targetos: loaded at", s_limit);
                return Stopwatch.GetTimestamp();
            });
            using CancellationTokenSource limit = new(s_limit);
            await socket.ReceiveAsync(new byte[BufferBytes].AsMemory(), limit.Token);
            long poked = Stopwatch.GetTimestamp();
            whole.Add(Stopwatch.GetElapsedTime(start, poked).TotalSeconds);
            own.Add(Stopwatch.GetElapsedTime(await began, poked).TotalSeconds);
            Console.WriteLine($"round {round + 1}: {whole[^1]:F2} s from power, {own[^1]:F2} s from the loader's first line");
        }

        Console.WriteLine();
        Console.WriteLine("| targetos to its first poke | median, s | min | max |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine($"| from power, firmware included | {Median.Of(whole):F2} | {whole.Min():F2} | {whole.Max():F2} |");
        Console.WriteLine($"| from the loader's first line (seen every 0.1 s) | {Median.Of(own):F2} | {own.Min():F2} | {own.Max():F2} |");
    }
}
