namespace NetKd.Cli.Doctor;

/// <summary>Asks the firewalls of this machine about the debugger's port.</summary>
internal static class FirewallExamination
{
    private static readonly Func<ToolRunner, int, FirewallState?>[] s_readers = [WindowsFirewallReader.Read, UfwReader.Read, FirewalldReader.Read, NftablesReader.Read];

    /// <summary>One finding a firewall that is installed. None is certain: a rule may hang on an address, an interface or a program.</summary>
    public static IEnumerable<Finding> Examine(ToolRunner run, int port)
    {
        List<FirewallState> states = [.. s_readers.Select(read => read(run, port)).OfType<FirewallState>()];
        return states.Count > 0
            ? states.Select(state => Judge(state, port))
            : [new Finding(Severity.Ok, "firewall", "no tool of Windows Firewall, ufw, firewalld or nftables is installed here; rules of another kind are not seen")];
    }

    private static Finding Judge(FirewallState state, int port) => state.Verdict switch
    {
        FirewallVerdict.Inactive => new Finding(Severity.Ok, "firewall", $"{state.Name}: {state.Reason}"),
        FirewallVerdict.Allows => new Finding(Severity.Ok, "firewall", $"{state.Name} lets UDP port {port} through: {state.Reason}"),
        FirewallVerdict.Blocks => new Finding(Severity.Warn, "firewall", $"{state.Name} seems to drop UDP port {port}: {state.Reason}", state.Remedy),
        FirewallVerdict.Unclear => new Finding(Severity.Warn, "firewall", $"{state.Name} may drop UDP port {port}: {state.Reason}", state.Remedy),
        _ => new Finding(Severity.Warn, "firewall", $"{state.Name} cannot be read: {state.Reason}", $"run netkd doctor as administrator, or open the port: {state.Remedy}"),
    };
}
