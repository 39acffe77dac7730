using System.Net;
using System.Net.Sockets;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;

namespace NetKd.Cli.Tests;

/// <summary>A simulated target that pokes a free port of this machine.</summary>
internal sealed class SimulatedMachine : IDisposable
{
    /// <summary>A key that is unlike any other text of a session, so that a leak can be found.</summary>
    public const string Key = "leakedsecr1.leakedsecr2.leakedsecr3.leakedsecr4";

    public SimulatedMachine()
    {
        Port = FreePort.Udp();
        Assert.Equal(KeyTextFault.None, KeyText.TryParse(Key, out KdNetKey key, out _));
        Target = new SimulatedTarget(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = Port, Key = key });
        Target.Start();
    }

    public int Port { get; }

    public SimulatedTarget Target { get; }

    /// <summary>Whether the machine's clock goes on: it stands while a debugger holds the machine.</summary>
    public async Task<bool> RunsAsync()
    {
        long before = Target.Ticks;
        for (int i = 0; i < 100 && Target.Ticks == before; i++) await Task.Delay(50);
        return Target.Ticks != before;
    }

    public void Dispose() => Target.Dispose();
}
