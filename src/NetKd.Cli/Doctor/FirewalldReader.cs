namespace NetKd.Cli.Doctor;

/// <summary>Reads <c>firewall-cmd --state</c> and <c>--list-all</c> of the default zone (firewall-cmd(1)).</summary>
internal static class FirewalldReader
{
    /// <summary>What firewalld does with a UDP port; null when it is not installed.</summary>
    public static FirewallState? Read(ToolRunner run, int port)
    {
        if (run("firewall-cmd", "--state") is not { } state) return null;
        string remedy = $"firewall-cmd --add-port={port}/udp (and again with --permanent to keep it)";
        // "not running" goes to standard error in some versions; "running" never does.
        if ((state.Output + state.Error).Contains("not running", StringComparison.Ordinal)) return new FirewallState("firewalld", FirewallVerdict.Inactive, "it is not running", "");
        if (state.ExitCode != 0 || run("firewall-cmd", "--list-all") is not { ExitCode: 0 } zone)
            return new FirewallState("firewalld", FirewallVerdict.Unreadable, "firewall-cmd was refused the rules: it needs root or a login session", remedy);

        string target = Value(zone.Output, "target:");
        if (target is "ACCEPT") return new FirewallState("firewalld", FirewallVerdict.Allows, "the default zone accepts everything", "");
        bool open = Value(zone.Output, "ports:").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Any(entry => entry.EndsWith("/udp", StringComparison.Ordinal) && PortRange.Covers(entry[..^4], port));
        if (open) return new FirewallState("firewalld", FirewallVerdict.Allows, "the port is open in the default zone", "");
        return zone.Output.Contains($"port=\"{port}\"", StringComparison.Ordinal)
            ? new FirewallState("firewalld", FirewallVerdict.Unclear, "a rich rule of the default zone names the port", remedy)
            : new FirewallState("firewalld", FirewallVerdict.Blocks, "the port is not open in the default zone", remedy);
    }

    private static string Value(string text, string name) =>
        text.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim() ?? "";
}
