using System.Net;
using System.Net.Sockets;
using NetKd.Protocol.Net;
using NetKd.Transport.Net;

namespace NetKd.Cli.Doctor;

/// <summary>
/// What the sightings mean and what to do next, after the documented troubleshooting (facts: kernel-debugging-docs, C.11, F.2 and F.3).
/// </summary>
internal static class PokeAdvice
{
    /// <summary>The findings to what was seen; one at least.</summary>
    /// <param name="connection">What the debugger would be called with.</param>
    /// <param name="sightings">What was seen.</param>
    /// <param name="own">The addresses of this machine.</param>
    public static IEnumerable<Finding> Explain(NetConnectionOptions connection, IReadOnlyList<PokeSighting> sightings, IReadOnlyCollection<IPAddress> own) =>
        sightings.Count == 0 ? [Silence(connection)] : sightings.SelectMany(seen => Explain(connection, seen, own));

    private static IEnumerable<Finding> Explain(NetConnectionOptions connection, PokeSighting seen, IReadOnlyCollection<IPAddress> own)
    {
        string times = seen.Count == 1 ? "once" : $"{seen.Count} times";
        switch (seen.Kind)
        {
            case SightingKind.Poke when !Listens(connection, seen.From):
                yield return OtherFamily(connection, seen);
                break;
            case SightingKind.Poke:
                yield return new Finding(Severity.Ok, "poke", $"the target at {seen.From} pokes with the right key, KDNET version {seen.Version}, seen {times}", $"connect with: {Command(connection)}");
                foreach (Finding finding in CompareAddresses(connection, seen, own)) yield return finding;
                break;
            case SightingKind.UncheckedPoke when !Listens(connection, seen.From):
                yield return OtherFamily(connection, seen);
                break;
            case SightingKind.UncheckedPoke:
                yield return new Finding(Severity.Warn, "poke", $"{seen.From} pokes, KDNET version {seen.Version}, seen {times}; its key was not checked", "give the key: --key @FILE");
                break;
            case SightingKind.OtherKey:
                yield return new Finding(Severity.Fail, "key", $"{seen.From} pokes with another key, KDNET version {seen.Version}, seen {times}", "compare the key with \"bcdedit /dbgsettings\" on the target; a target takes a changed key when it restarts. Or it is another target on the same port");
                break;
            case SightingKind.UnknownVersion:
                yield return new Finding(Severity.Fail, "version", $"{seen.From} speaks KDNET version {seen.Version}, this debugger {DatagramCodec.MinVersion} to {DatagramCodec.MaxVersion}; seen {times}", "use a newer debugger, or an older one for an old target");
                break;
            case SightingKind.Debugger:
                yield return new Finding(Severity.Fail, "poke", $"{seen.From} is another debugger, not a target; seen {times}", "give that debugger the target's address in target=, and the target this machine's in hostip");
                break;
            case SightingKind.SessionData:
                yield return new Finding(Severity.Warn, "session", $"{seen.From} sends data of a session whose debugger has left, KDNET version {seen.Version}, seen {times}", "it pokes again about every three seconds: watch longer with --wait 30");
                break;
            case SightingKind.Malformed:
                yield return new Finding(Severity.Warn, "traffic", $"{seen.From} sends malformed KDNET datagrams, seen {times}", "look for something on the way that changes or cuts datagrams, such as a small MTU");
                break;
            default:
                yield return new Finding(Severity.Warn, "traffic", $"{seen.From} sends something that is not encrypted KDNET, seen {times}", "find the program that sends to this port, or use another port from 50000 to 50039 on both sides");
                break;
        }
    }

    private static IEnumerable<Finding> CompareAddresses(NetConnectionOptions connection, PokeSighting seen, IReadOnlyCollection<IPAddress> own)
    {
        if (seen.Restarts > 0)
            yield return new Finding(Severity.Warn, "restart", $"the target restarted {(seen.Restarts == 1 ? "once" : $"{seen.Restarts} times")} while watched, or two targets share {seen.From}", "if it restarts by itself, attach with -b to stop it early");
        if (seen.Target is { } target && !IsUnset(target.Address) && !target.Address.Equals(WithoutScope(seen.From.Address)))
            yield return new Finding(Severity.Warn, "nat", $"the target calls itself {target}, but its datagrams come from {seen.From}: there is address translation between", "this works as long as the translation stays; target= has to name the outer address");
        // Unset after hostip was deleted: the target then waits for target= (facts: kernel-debugging-docs, A.4).
        if (connection.GoesToTarget || seen.ConfiguredHost is not { } host || IsUnset(host.Address)) yield break;
        if (!own.Any(address => WithoutScope(address).Equals(host.Address)))
            yield return new Finding(Severity.Warn, "hostip", $"the target was set up for host {host.Address}, which is no address of this machine: something forwards its datagrams here", "if that is not wanted, set hostip on the target to an address listed above");
        if (host.Port != 0 && host.Port != connection.Port)
            yield return new Finding(Severity.Warn, "hostip", $"the target was set up for port {host.Port}, but its datagrams arrive on {connection.Port}: something translates ports", "use the same port on both sides");
    }

    private static Finding OtherFamily(NetConnectionOptions connection, PokeSighting seen)
    {
        string family = Family(seen.From);
        return new Finding(Severity.Fail, "family", $"the target at {seen.From} talks {family}, but target={connection.Target} makes the debugger listen to the other family only", $"leave target= away, or use target={(seen.From.AddressFamily == AddressFamily.InterNetworkV6 ? "::" : "0.0.0.0")}");
    }

    private static Finding Silence(NetConnectionOptions connection) => connection.GoesToTarget
        ? new Finding(Severity.Warn, "target", $"no answer from {connection.Target}, UDP port {connection.Port}", "is the target on, past its boot menu, and set up with this port and key? Does a firewall between drop UDP? Is the address right: the adapter that KDNET uses may have another one than Windows shows")
        : new Finding(Severity.Warn, "poke", $"nothing arrived on UDP port {connection.Port}", "is the target on and restarted since it was set up? Is its hostip one of the addresses above, and its port this one? Ping this machine from the target, look at the firewall, try another port from 50000 to 50039, and check that its adapter is a wired one that KDNET supports");

    private static bool Listens(NetConnectionOptions connection, IPEndPoint from) =>
        connection.Families.HasFlag(from.AddressFamily == AddressFamily.InterNetworkV6 ? AddressFamilies.IPv6 : AddressFamilies.IPv4);

    private static string Command(NetConnectionOptions connection) =>
        $"netkd kd -k net:port={connection.Port},key=@FILE{(connection.Target.Length == 0 ? "" : $",target={connection.Target}")}";

    private static string Family(IPEndPoint from) => from.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";

    private static bool IsUnset(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    // The scope of a link-local address is this machine's affair; a poke does not carry it.
    private static IPAddress WithoutScope(IPAddress address) => address.IsIPv6LinkLocal ? new IPAddress(address.GetAddressBytes()) : address;
}
