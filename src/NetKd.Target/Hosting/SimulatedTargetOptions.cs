using System.Net;

namespace NetKd.Target.Hosting;

/// <summary>How a simulated target runs and reaches its debugger.</summary>
public sealed record SimulatedTargetOptions
{
    /// <summary>The debugger's address; null: poke nobody and wait on <see cref="Port"/> for a debugger that was told of us.</summary>
    public IPAddress? Host { get; init; }

    /// <summary>UDP port of the debugger, or without a <see cref="Host"/> the one to wait on.</summary>
    public int Port { get; init; } = 50000;

    /// <summary>The shared secret.</summary>
    public KdNetKey Key { get; init; }

    /// <summary>Talk without encryption: for trying a debugger's consent to it. The key does not count then.</summary>
    public bool IsUnencrypted { get; init; }

    /// <summary>KDNET protocol version, 2 to 5.</summary>
    public byte ProtocolVersion { get; init; } = 4;

    /// <summary>Bytes of memory in the packets that are offered to debuggers that know them (<see cref="VersionBlock.LargeMemory"/>); 0 to offer none, as Windows.</summary>
    public int LargeMemory { get; init; }

    /// <summary>Processors, 1 to 32.</summary>
    public int ProcessorCount { get; init; } = 1;

    /// <summary>Time between clock interrupts. A machine does some work at each: a hundred machines in one process want a slower clock.</summary>
    public TimeSpan ClockInterval { get; init; } = TimeSpan.FromMicroseconds(15_625);

    /// <summary>How long a booting machine waits for a debugger before it runs on without one.</summary>
    public TimeSpan DebuggerWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>What goes wrong on the network.</summary>
    public NetworkFaults Faults { get; init; } = new NetworkFaults();
}
