using NetKd.Transport.Net;

namespace NetKd.Cli.Doctor;

/// <summary>Whether the debugger's port can be had, and is one that KDNET is documented with.</summary>
internal static class PortExamination
{
    /// <summary>What there is to say about the number.</summary>
    public static IEnumerable<Finding> ExamineRange(NetConnectionOptions connection) =>
        connection.Warnings.Select(warning => new Finding(Severity.Warn, "port", warning.TrimEnd('.')));

    /// <summary>The port was to be had.</summary>
    public static Finding Free(NetConnectionOptions connection, NetSockets sockets)
    {
        if (connection.GoesToTarget) return new Finding(Severity.Ok, "port", $"target={connection.Target}: the debugger sends from any port, here {sockets.LocalPort}, to the target's UDP port {connection.Port}");
        return sockets.LacksIPv6
            ? new Finding(Severity.Warn, "port", $"UDP port {connection.Port} is free on IPv4, but {PortHolder.Describe(connection.Port) ?? "another process"} has it on IPv6", "close that program if the target talks IPv6")
            : new Finding(Severity.Ok, "port", $"UDP port {connection.Port} is free and now watched on {Names(sockets.Families)}");
    }

    /// <summary>The port was not to be had: what can be learned all the same.</summary>
    public static Finding Held(NetConnectionOptions connection, PortUnavailableException reason) =>
        new(Severity.Fail, "port", reason.Message, $"to see the pokes while that program runs: tcpdump -i any -U -w - udp port {connection.Port} | netkd decode - --key @FILE");

    private static string Names(AddressFamilies families) => families switch
    {
        AddressFamilies.IPv4 => "IPv4 (this machine has no IPv6)",
        AddressFamilies.IPv6 => "IPv6 (this machine has no IPv4)",
        _ => "IPv4 and IPv6",
    };
}
