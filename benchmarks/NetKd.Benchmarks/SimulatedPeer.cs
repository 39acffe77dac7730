using System.Diagnostics;
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

    public static SimulatedPeer Start(int port) =>
        new(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(SimulatedPeer).Assembly.Location, "sim", $"{port}"]) { RedirectStandardOutput = true })!);

    public static void Serve(int port)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        using SimulatedTarget target = new(Options(port));
        SimulatedTarget.Run(target, limit.Token);
    }

    public static SimulatedTargetOptions Options(int port)
    {
        KeyText.TryParse(Key, out KdNetKey key, out _);
        return new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, Key = key, DebuggerWait = TimeSpan.FromMinutes(2) };
    }

    public static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
