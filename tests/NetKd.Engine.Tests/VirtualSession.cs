using System.Text;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;
using NetKd.Transport.Net;

namespace NetKd.Engine.Tests;

/// <summary>A simulated target and a debugger of it, over a network in simulated time.</summary>
internal sealed class VirtualSession : IDisposable
{
    private const string Connection = "net:port=50000,key=1.2.3.4";

    private readonly NetworkFaults _faults;
    private readonly StringBuilder _output = new();

    public VirtualSession(NetworkFaults? faults = null)
    {
        _faults = faults ?? new NetworkFaults();
        Client = new DebugClient(new DebugClientOptions
        {
            InitialBreak = true,
            LinkFactory = _ => new NetLink((NetConnectionOptions)NetKd.Transport.ConnectionString.Parse(Connection), Network.Host),
        });
        Client.Output += (_, e) =>
        {
            lock (_output) _output.Append(e.Text);
        };
        Target = Boot();
        Client.AttachKernel(AttachKernelFlags.KernelConnection, Connection);
    }

    public VirtualNetwork Network { get; } = new();

    public DebugClient Client { get; }

    public SimulatedTarget Target { get; private set; }

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Puts another machine in the place of the one that was cut off.</summary>
    public void Replace()
    {
        Target.Dispose();
        Assert.Null(Target.Failure);
        Network.ReplaceTarget();
        Target = Boot();
    }

    public async Task WaitAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
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
        Network.Dispose();
        Target.Dispose();
        Assert.Null(Target.Failure);
    }

    private SimulatedTarget Boot()
    {
        KeyText.TryParse("1.2.3.4", out KdNetKey key, out _);
        SimulatedTarget target = new(
            new SimulatedTargetOptions { Host = System.Net.IPAddress.Loopback, Port = 50000, Key = key, Faults = _faults, DebuggerWait = TimeSpan.FromSeconds(30) },
            Network.Target);
        target.Start();
        return target;
    }
}
