using NetKd.Gdb;
using NetKd.Protocol.Net;
using NetKd.Target.Bridge;
using NetKd.Target.Hosting;

namespace NetKd.Interop;

/// <summary>The bridge from a gdb stub of this machine to a debugger of this machine, on a thread of its own.</summary>
internal sealed class RunningBridge : IAsyncDisposable
{
    /// <summary>The key that the debugger needs.</summary>
    public const string Key = "1.2.3.4";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly BridgedTarget _target;
    private readonly Task _run;

    private RunningBridge(BridgedTarget target, int port)
    {
        _target = target;
        Port = port;
        _run = Task.Factory.StartNew(() => target.Run(_stop.Token), TaskCreationOptions.LongRunning);
    }

    /// <summary>The debugger's UDP port.</summary>
    public int Port { get; }

    /// <summary>Connects to a stub, whose machine is stopped for a moment, and serves it.</summary>
    public static RunningBridge Start(int stub, bool guess = true)
    {
        int port = FreePort.Udp();
        _ = KeyText.TryParse(Key, out KdNetKey key, out _);
        SimulatedTargetOptions options = new() { Host = System.Net.IPAddress.Loopback, Port = port, Key = key };
        return new RunningBridge(new BridgedTarget(GdbClient.Connect("127.0.0.1", stub, s_patience), options, guess), port);
    }

    /// <summary>Ends it; what went wrong in it is thrown. The machine runs on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _target.Dispose();
        _stop.Dispose();
    }
}
