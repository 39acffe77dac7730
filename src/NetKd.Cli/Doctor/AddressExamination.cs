using System.Net.Sockets;

namespace NetKd.Cli.Doctor;

/// <summary>Which address of this machine belongs into the target's <c>hostip</c>.</summary>
internal static class AddressExamination
{
    // A machine with hundreds of containers has hundreds of bridges; the first of them tell enough.
    private const int MaxListed = 16;

    /// <summary>One finding an address, best first, or that there is none.</summary>
    public static IEnumerable<Finding> Examine(IReadOnlyList<HostAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            yield return new Finding(Severity.Warn, "address", "this machine has no address but loopback: only a target on this machine can reach it", "connect a network, or give the adapter an address");
            yield break;
        }

        foreach (HostAddress address in addresses.Take(MaxListed)) yield return Judge(address);
        if (addresses.Count > MaxListed) yield return new Finding(Severity.Ok, "address", $"and {addresses.Count - MaxListed} more");
    }

    private static Finding Judge(HostAddress host)
    {
        bool isIPv6 = host.Address.AddressFamily == AddressFamily.InterNetworkV6;
        // hostip makes the target talk IPv4, hostipv6 IPv6, never both (facts: kernel-debugging-docs, C.11).
        string option = $"{(isIPv6 ? "hostipv6" : "hostip")}:{host.Address}";
        string place = $"{host.Address} on {host.Interface}";
        return host.Kind switch
        {
            AddressKind.Usual => new Finding(Severity.Ok, "address", $"{place}: a target can use {option}{(isIPv6 ? " (Windows 10 1809 or later)" : "")}"),
            AddressKind.Virtual => new Finding(Severity.Warn, "address", $"{place}: a virtual bridge or switch, reached by guests of this machine only", $"use {option} for such a guest, another address for a real machine"),
            AddressKind.Tunnel => new Finding(Severity.Warn, "address", $"{place}: a tunnel or VPN; a target under KDNET is not in it", "give the target an address of a real adapter"),
            _ => new Finding(Severity.Warn, "address", $"{place}: link-local, not routed: only a target on the same segment reaches it", "use it when the target has no DHCP either; else another address"),
        };
    }
}
