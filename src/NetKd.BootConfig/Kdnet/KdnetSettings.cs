using System.Net;
using System.Net.Sockets;

namespace NetKd.BootConfig.Kdnet;

/// <summary>What a target's boot store is to say about network debugging.</summary>
/// <param name="Host">The address of the computer with the debugger, IPv4 or IPv6.</param>
/// <param name="Port">Its UDP port, 49152 to 65535.</param>
public sealed record KdnetSettings(IPAddress Host, int Port)
{
    /// <summary>The port when none is given, as in the documented tool.</summary>
    public const int DefaultPort = 50000;

    /// <summary>What is debugged.</summary>
    public KdnetStages Stages { get; init; } = KdnetStages.Kernel;

    /// <summary>The adapter's bus parameters; null: KDNET takes the first adapter that it supports.</summary>
    public string? BusParameters { get; init; }

    /// <summary>A key as text, or null: the store's key stays, and where there is none a random one of 256 bits is made.</summary>
    public string? Key { get; init; }

    /// <summary>Make a new key even where the store has one.</summary>
    public bool NewKey { get; init; }

    /// <summary>The target asks no DHCP server.</summary>
    public bool NoDhcp { get; init; }

    /// <summary>Whether the settings shared by boot manager, loader and kernel are written.</summary>
    public bool HasKernelSettings => (Stages & ~KdnetStages.Hypervisor) != 0;

    /// <summary>Whether the hypervisor's settings are written.</summary>
    public bool HasHypervisorSettings => Stages.HasFlag(KdnetStages.Hypervisor);

    /// <summary>The hypervisor's port: the next one where the kernel uses <see cref="Port"/> (facts: kernel-debugging-docs, C.9).</summary>
    public int HypervisorPort => HasKernelSettings ? Port + 1 : Port;

    /// <summary>The bcdedit commands that write these settings, each as its words. A given key is not among them.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Commands()
    {
        List<IReadOnlyList<string>> commands = [];
        if (HasKernelSettings)
        {
            commands.Add(["/dbgsettings", .. Network(Port)]);
            if (BusParameters is not null) commands.Add(["/set", "{dbgsettings}", "busparams", BusParameters]);
        }

        if (HasHypervisorSettings)
        {
            commands.Add(["/hypervisorsettings", .. Network(HypervisorPort)]);
            if (BusParameters is not null) commands.Add(["/set", "{hypervisorsettings}", "hypervisorbusparams", BusParameters]);
        }

        // Last: a debugger without settings would be worse than settings without a debugger.
        if (Stages.HasFlag(KdnetStages.BootManager)) commands.Add(["/bootdebug", "{bootmgr}", "on"]);
        if (Stages.HasFlag(KdnetStages.Loader)) commands.Add(["/bootdebug", "on"]);
        if (Stages.HasFlag(KdnetStages.Kernel)) commands.Add(["/debug", "on"]);
        if (HasHypervisorSettings) commands.Add(["/set", "hypervisordebug", "on"]);
        return commands;
    }

    // A record would print its members: keys must not reach a log.
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Stages} to {Host} port {Port}");

    private IEnumerable<string> Network(int port)
    {
        yield return "net";
        yield return $"{(Host.AddressFamily == AddressFamily.InterNetworkV6 ? "hostipv6" : "hostip")}:{Host}";
        yield return string.Create(CultureInfo.InvariantCulture, $"port:{port}");
        if (NewKey) yield return "newkey";
        if (NoDhcp) yield return "nodhcp";
    }
}
