using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace NetKd.Cli.Doctor;

/// <summary>What speaks for or against giving an address to a target.</summary>
internal enum AddressKind
{
    /// <summary>Of a network adapter: the one to use.</summary>
    Usual,
    /// <summary>Of a virtual bridge or switch: reached by this machine's own guests only.</summary>
    Virtual,
    /// <summary>Of a tunnel or VPN: a target's firmware-like network stack does not join one.</summary>
    Tunnel,
    /// <summary>169.254/16 (RFC 3927) or fe80::/10 (RFC 4291): reached on the same segment only.</summary>
    LinkLocal,
}

/// <summary>An address of this machine on an interface that is up.</summary>
/// <param name="Address">The address.</param>
/// <param name="Interface">The interface's name.</param>
/// <param name="Kind">Whether a target can be expected to reach it.</param>
internal sealed record HostAddress(IPAddress Address, string Interface, AddressKind Kind)
{
    // Names that Linux, Docker, libvirt, VMware, VirtualBox and Hyper-V give to their own interfaces.
    private static readonly string[] s_virtual = ["docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "lxd", "cni", "podman", "vEthernet", "VMware", "VirtualBox", "Hyper-V"];
    private static readonly string[] s_tunnel = ["tun", "tap", "wg", "tailscale", "zt", "ppp", "WireGuard", "OpenVPN", "VPN"];

    /// <summary>The addresses that something outside could use, best first; loopback is left out.</summary>
    public static IReadOnlyList<HostAddress> ReadAll() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses.Select(a => new HostAddress(a.Address, i.Name, Classify(a.Address, i.NetworkInterfaceType, i.Name, i.Description))))
            .Where(a => !IPAddress.IsLoopback(a.Address))
            .OrderBy(a => a.Kind).ThenBy(a => a.Address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1),
    ];

    /// <summary>Judges an address by itself and by its interface.</summary>
    public static AddressKind Classify(IPAddress address, NetworkInterfaceType type, string name, string description)
    {
        if (address.IsIPv6LinkLocal || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..])) return AddressKind.LinkLocal;
        if (type is NetworkInterfaceType.Tunnel or NetworkInterfaceType.Ppp || Matches(s_tunnel)) return AddressKind.Tunnel;
        return Matches(s_virtual) ? AddressKind.Virtual : AddressKind.Usual;

        bool Matches(string[] marks) => marks.Any(mark =>
            name.StartsWith(mark, StringComparison.OrdinalIgnoreCase) || (mark.Length > 3 && description.Contains(mark, StringComparison.OrdinalIgnoreCase)));
    }
}
