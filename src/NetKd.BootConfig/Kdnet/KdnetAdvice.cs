using System.Net;
using System.Net.Sockets;

namespace NetKd.BootConfig.Kdnet;

/// <summary>Finds the traps that people fall into with KDNET before they do (facts: kernel-debugging-docs, C.11 and F.3).</summary>
public static class KdnetAdvice
{
    /// <summary>What stands against network debugging through an adapter of a machine.</summary>
    /// <param name="machine">The target.</param>
    /// <param name="chosen">The adapter for KDNET; null when there is none.</param>
    /// <param name="windowsBuild">The target's Windows build; null for the newest.</param>
    public static IReadOnlyList<Advice> AboutHardware(TargetMachine machine, NetworkAdapter? chosen, int? windowsBuild)
    {
        List<Advice> advice = [];
        if (machine.IsQemu) advice.Add(Qemu(machine));
        if (chosen is null && !machine.IsHyperVGuest) advice.Add(NoAdapter(machine, windowsBuild));
        if (chosen?.WhyNotSupported(windowsBuild) is { } reason)
            advice.Add(new("not-supported", $"{chosen.Name}: {reason}.", "Choose a supported adapter with --busparams; with this one the target will most likely stay silent."));
        if (chosen is { IsPluggedIn: false }) advice.Add(new("unplugged", $"{chosen.Name} has no link.", "Plug the cable in before the target starts."));
        if (Dock(machine, chosen) is { } dock) advice.Add(dock);
        if (Switch(machine, chosen) is { } @switch) advice.Add(@switch);
        return advice;
    }

    /// <summary>What stands against an address as the debugger's.</summary>
    /// <param name="host">The address of the computer with the debugger.</param>
    /// <param name="targetNetworks">The target's addresses; empty where they are not known.</param>
    public static IReadOnlyList<Advice> AboutHost(IPAddress host, IReadOnlyList<LocalNetwork> targetNetworks)
    {
        List<Advice> advice = [];
        if (targetNetworks.Any(network => network.Address.Equals(host)))
        {
            advice.Add(new("host-is-target", $"{host} is an address of this machine, the target.", "HOST is the computer that runs the debugger: give its address as the target reaches it."));
        }
        else if (IsLinkLocal(host))
        {
            advice.Add(new(
                "apipa",
                $"{host} is a link-local address: it is reached without routers only, and a target with an address from DHCP may not reach it.",
                "Put both machines on one cable or switch without a DHCP server, or give an address that DHCP assigned."));
        }
        else if (targetNetworks.Any(network => network.Address.AddressFamily == host.AddressFamily && !IsLinkLocal(network.Address)) && !targetNetworks.Any(network => network.Contains(host)))
        {
            advice.Add(new(
                "router",
                $"{host} is in none of this machine's networks, so the packets go through a router.",
                "The target then needs an address and a router from DHCP (no --nodhcp), and no NAT or firewall may stand before the debugger's UDP port."));
        }

        return advice;
    }

    /// <summary>Why an address can be no debugger's address at all, or null.</summary>
    public static string? WhyNoHost(IPAddress host) => host switch
    {
        _ when IPAddress.IsLoopback(host) => $"{host} is the loopback address: to the target that is the target itself. Give the debugger's address on the network",
        _ when host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any) => $"{host} is no machine's address. Give the debugger's address on the network",
        _ when host.Equals(IPAddress.Broadcast) || host.IsIPv6Multicast || (host.AddressFamily == AddressFamily.InterNetwork && (host.GetAddressBytes()[0] & 0xF0) == 0xE0) =>
            $"{host} is the address of a group. Give the address of the one machine with the debugger",
        _ when host.ScopeId() != 0 => $"{host} has a zone, which means nothing on the target. Give the address without %",
        _ => null,
    };

    private static long ScopeId(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;

    private static bool IsLinkLocal(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.IsIPv6LinkLocal : address.GetAddressBytes() is [169, 254, ..];

    private static Advice Qemu(TargetMachine machine)
    {
        string message = machine.SeesMicrosoftHypervisor == true
            ? "QEMU presents itself as Hyper-V (hv-* processor options): Windows looks for Hyper-V's debug device instead of the network adapter, and nothing arrives."
            : "The target runs in QEMU or its like: where its processor has hv-* options, Windows takes it for Hyper-V, looks for Hyper-V's debug device, and nothing arrives.";
        return new("qemu-as-hyper-v", message, "Give the processor another hypervisor name (-cpu ...,hv-vendor-id=KVMKVMKVM) or no hv-* options, and power the machine off and on, not only restart it.");
    }

    private static Advice NoAdapter(TargetMachine machine, int? windowsBuild)
    {
        if (machine.Adapters.Any(adapter => adapter.Id?.IsVirtio == true))
            return new("virtio", "The machine's network adapter is virtio, for which KDNET has no module.", "Give the virtual machine an e1000e adapter (QEMU: -device e1000e,netdev=...).");
        NetworkAdapter[] real = [.. machine.Adapters.Where(adapter => adapter.Kind != AdapterKind.Virtual)];
        if (real.Length > 0 && real.All(adapter => adapter.Kind is AdapterKind.Wireless or AdapterKind.Usb))
        {
            return new(
                "only-wireless-or-usb",
                "The machine has Wi-Fi or USB network adapters only, which KDNET cannot use.",
                "Put a listed PCI or Thunderbolt network adapter in, or debug over a serial port (bcdedit /dbgsettings serial) or USB (bcdedit /dbgsettings usb).");
        }

        if (windowsBuild is not null && machine.Recommend(null) is { } later)
            return new("windows-too-old", $"{later.Name}: {later.WhyNotSupported(windowsBuild)}; the target has build {windowsBuild}.", "Update the target's Windows, or put another adapter in.");
        return new("no-supported-nic", "None of the machine's network adapters is on KDNET's lists.", "Put a listed adapter in (most by Intel, Broadcom and Realtek are), or debug over a serial port (bcdedit /dbgsettings serial).");
    }

    private static Advice? Dock(TargetMachine machine, NetworkAdapter? chosen)
    {
        if (chosen is { IsRemovable: true, Kind: not AdapterKind.Usb })
            return new("docking-station", $"{chosen.Name} can be unplugged: it seems to sit in a docking station.", "Dock the target before you set it up and before each start.");
        return machine.Adapters.Any(adapter => adapter.Kind == AdapterKind.Usb) && chosen?.Kind != AdapterKind.Usb
            ? new("docking-station", "The machine has a network adapter on USB, as docking stations do.", "Put the cable into the machine's own network socket, not into the dock's.")
            : null;
    }

    private static Advice? Switch(TargetMachine machine, NetworkAdapter? chosen)
    {
        const string NextStep = "KDNET takes the adapter over: after the start bind the switch to \"Microsoft Kernel Debug Network Adapter\", or give KDNET an adapter of its own with --busparams.";
        if (chosen is { Switch.Length: > 0 }) return new("virtual-switch", $"{chosen.Name} belongs to the switch {chosen.Switch}.", NextStep);
        return chosen is not null && machine.Adapters.Any(IsSwitchPort)
            ? new("virtual-switch", "The machine has a Hyper-V virtual switch; if it is bound to this adapter, it loses the network.", NextStep)
            : null;
    }

    private static bool IsSwitchPort(NetworkAdapter adapter) =>
        adapter.Kind == AdapterKind.Virtual && adapter.Name.StartsWith("Hyper-V Virtual", StringComparison.OrdinalIgnoreCase);
}
