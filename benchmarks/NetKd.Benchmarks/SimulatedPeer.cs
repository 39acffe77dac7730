using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;

namespace NetKd.Benchmarks;

/// <summary>The simulated target in a process of its own, as <c>netkd target sim</c> runs it: both debuggers meet the same.</summary>
internal sealed class SimulatedPeer : IDisposable
{
    public const string Key = "1.2.3.4";

    private readonly Process _process;

    private SimulatedPeer(Process process) => _process = process;

    /// <summary>Starts a target: "sim", "timed" to note the debugger's turnarounds, or "many" from a port on.</summary>
    public static SimulatedPeer Start(int port, string kind = "sim") => new(ThisProgram.Start(kind, $"{port}"));

    /// <summary>Ends a timed target and returns what it noted, in microseconds.</summary>
    public List<double> Timings()
    {
        _process.StandardInput.Close();
        string text = _process.StandardOutput.ReadToEnd();
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
    }

    public static void Serve(int port)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        using SimulatedTarget target = new(Options(port));
        SimulatedTarget.Run(target, limit.Token);
    }

    public static void ServeTimed(int port)
    {
        using TimedPort timed = new(new UdpDatagramPort(IPAddress.Loopback, 0));
        using SimulatedTarget target = new(Options(port), timed);
        target.Start();
        Console.In.ReadToEnd();
        lock (timed.Turnarounds)
        {
            foreach (double time in timed.Turnarounds) Console.WriteLine(time.ToString("F2", CultureInfo.InvariantCulture));
        }
    }

    public static void ServeMany(int firstPort)
    {
        List<SimulatedTarget> targets = [];
        for (int i = 0; i < IdleSessions.Sessions; i++)
        {
            SimulatedTarget target = new(Options(firstPort + i) with { ClockInterval = TimeSpan.FromMilliseconds(500) });
            target.Start();
            targets.Add(target);
        }

        Console.In.ReadToEnd();
        foreach (SimulatedTarget target in targets) target.Dispose();
    }

    public static SimulatedTargetOptions Options(int port)
    {
        KeyText.TryParse(Key, out KdNetKey key, out _);
        return new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, Key = key, DebuggerWait = TimeSpan.FromMinutes(2) };
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
