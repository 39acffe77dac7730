using System.Net;
using System.Net.Sockets;
using System.Text;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;
using NetKd.Target.Simulation;

namespace NetKd.Engine.Tests;

/// <summary>A simulated target and a debugger of it, over real sockets on the loopback.</summary>
internal sealed class DebuggedTarget : IDisposable
{
    public const string KeyString = "1.2.3.4";

    private readonly StringBuilder _output = new();

    public DebuggedTarget(byte version = 4, NetworkFaults? faults = null, int processors = 1, DebugClientOptions? options = null, IPAddress? host = null)
    {
        KeyText.TryParse(KeyString, out KdNetKey key, out _);
        Port = FreePort.Udp();
        Client = new DebugClient(options ?? new DebugClientOptions { InitialBreak = true });
        Client.Output += (_, e) =>
        {
            lock (_output) _output.Append(e.Text);
        };
        Client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={Port},key={KeyString}");
        Target = new SimulatedTarget(new SimulatedTargetOptions
        {
            Host = host ?? IPAddress.Loopback,
            Port = Port,
            Key = key,
            ProtocolVersion = version,
            ProcessorCount = processors,
            Faults = faults ?? new NetworkFaults(),
        });
        Target.Start();
    }

    public int Port { get; }

    public DebugClient Client { get; }

    public SimulatedTarget Target { get; }

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Attaches with an initial break, and stands at the first prompt.</summary>
    public static async Task<DebuggedTarget> AtPromptAsync(byte version = 4, NetworkFaults? faults = null, int processors = 1)
    {
        DebuggedTarget target = new(version, faults, processors);
        await target.WaitAsync();
        return target;
    }

    public async Task WaitAsync(int seconds = 30)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(seconds));
        await Client.WaitForEventAsync(patience.Token);
    }

    public async Task RunAsync(ExecutionStatus status)
    {
        Client.SetExecutionStatus(status);
        await WaitAsync();
    }

    public ulong Address(string name)
    {
        Assert.True(Client.Symbols.TryResolve(name, out ulong address), $"{name} does not resolve");
        return address;
    }

    public void Dispose()
    {
        Client.Dispose();
        Target.Dispose();
        Assert.Null(Target.Failure);
    }
}
