using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;
using NetKd.Target.Server;
using NetKd.Target.Simulation;

namespace NetKd.Target.Tests;

/// <summary>A server on a thread of its own that reports one exception of a simulated machine and serves until it is continued.</summary>
public sealed class HaltedTarget : IDisposable
{
    private readonly LoopbackNetwork _network = new();

    public HaltedTarget(byte version = 4, int processors = 1)
    {
        KeyText.TryParse("1.2.3.4", out KdNetKey key, out _);
        Key = key;
        Machine = new SimulatedMachine(processors);
        KdServerSettings settings = default;
        settings.Key = key;
        settings.ProtocolVersion = version;
        settings.Host = _network.Host.LocalAddress;
        settings.TargetRandom = new byte[Poke.TargetRandomSize];
        settings.HaltWaitMicroseconds = -1;
        Server = new KdServer(Machine, _network.Target, settings);
        Host = NewHost();
        Status = Task.Factory.StartNew(Report, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public KdNetKey Key { get; }

    public SimulatedMachine Machine { get; }

    public KdServer Server { get; }

    public ScriptedHost Host { get; }

    /// <summary>The continue status, once continued.</summary>
    public Task<uint> Status { get; }

    /// <summary>A second host on the same network, that knows nothing of the first.</summary>
    public ScriptedHost NewHost() => new(_network.Host, Key);

    /// <summary>Connects, and takes the state change.</summary>
    public StateChange ConnectAndTakeState()
    {
        Host.Connect();
        return TakeState(Host);
    }

    public static StateChange TakeState(ScriptedHost host)
    {
        TargetPacket packet = host.ReceiveData(PacketType.StateChange64);
        Assert.True(StateChange.TryRead(packet.Payload, out StateChange change));
        return change;
    }

    public void Dispose()
    {
        _network.Close();
        Assert.True(Status.Wait(TimeSpan.FromSeconds(5)), "the server does not end when its port closes");
    }

    private uint Report()
    {
        ExceptionRecord exception = default;
        exception.Code = NtStatus.Breakpoint;
        exception.Address = Machine.ProgramCounter(0);
        exception.FirstChance = true;
        return Server.ReportException(exception);
    }
}
