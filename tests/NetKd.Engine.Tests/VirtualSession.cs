using NetKd.Protocol.Net;
using NetKd.Target.Hosting;
using NetKd.Transport.Net;

namespace NetKd.Engine.Tests;

/// <summary>A simulated target and a debugger of it, over a network in simulated time.</summary>
internal sealed class VirtualSession : Session
{
    private const string Connection = "net:port=50000,key=1.2.3.4";

    private readonly NetworkFaults _faults;
    private readonly TimeSpan? _clockInterval;

    /// <summary>Boots the target. It computes at each tick of its clock: a slow clock makes long simulated times cheap.</summary>
    public VirtualSession(NetworkFaults? faults = null, TimeSpan? clockInterval = null, int largeMemory = 0)
        : this(new VirtualNetwork(), faults ?? new NetworkFaults(), clockInterval, largeMemory)
    {
    }

    private VirtualSession(VirtualNetwork network, NetworkFaults faults, TimeSpan? clockInterval, int largeMemory)
        : base(Connection, new DebugClientOptions
        {
            InitialBreak = true,
            LinkFactory = _ => new NetLink((NetConnectionOptions)NetKd.Transport.ConnectionString.Parse(Connection), network.Host),
        })
    {
        Network = network;
        _faults = faults;
        _clockInterval = clockInterval;
        LargeMemory = largeMemory;
        Target = Boot();
    }

    public VirtualNetwork Network { get; }

    public SimulatedTarget Target { get; private set; }

    /// <summary>What the next machine offers.</summary>
    public int LargeMemory { get; set; }

    /// <summary>Puts another machine in the place of the one that was cut off.</summary>
    public void Replace()
    {
        Target.Dispose();
        Assert.Null(Target.Failure);
        Network.ReplaceTarget();
        Target = Boot();
    }

    public override void Dispose()
    {
        base.Dispose();
        Network.Dispose();
        Target.Dispose();
        Assert.Null(Target.Failure);
    }

    private SimulatedTarget Boot()
    {
        KeyText.TryParse("1.2.3.4", out KdNetKey key, out _);
        SimulatedTargetOptions options = new() { Host = System.Net.IPAddress.Loopback, Port = 50000, Key = key, Faults = _faults, DebuggerWait = TimeSpan.FromSeconds(30), LargeMemory = LargeMemory };
        if (_clockInterval is { } interval) options = options with { ClockInterval = interval };
        SimulatedTarget target = new(options, Network.Target);
        target.Start();
        return target;
    }
}
