using System.Net;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;

namespace NetKd.Engine.Tests;

/// <summary>A simulated target and a debugger of it, over real sockets on the loopback.</summary>
internal sealed class DebuggedTarget : Session
{
    public const string KeyString = "1.2.3.4";

    public DebuggedTarget(byte version = 4, NetworkFaults? faults = null, int processors = 1, DebugClientOptions? options = null, IPAddress? host = null)
        : this(FreePort.Udp(), version, faults, processors, options, host)
    {
    }

    private DebuggedTarget(int port, byte version, NetworkFaults? faults, int processors, DebugClientOptions? options, IPAddress? host)
        : base($"net:port={port},key={KeyString}", options)
    {
        KeyText.TryParse(KeyString, out KdNetKey key, out _);
        Target = new SimulatedTarget(new SimulatedTargetOptions
        {
            Host = host ?? IPAddress.Loopback,
            Port = port,
            Key = key,
            ProtocolVersion = version,
            ProcessorCount = processors,
            Faults = faults ?? new NetworkFaults(),
        });
        Target.Start();
    }

    public SimulatedTarget Target { get; }

    /// <summary>Attaches with an initial break, and stands at the first prompt.</summary>
    public static async Task<DebuggedTarget> AtPromptAsync(byte version = 4, NetworkFaults? faults = null, int processors = 1)
    {
        DebuggedTarget target = new(version, faults, processors);
        await target.WaitAsync();
        return target;
    }

    public override void Dispose()
    {
        base.Dispose();
        Target.Dispose();
        Assert.Null(Target.Failure);
    }
}
