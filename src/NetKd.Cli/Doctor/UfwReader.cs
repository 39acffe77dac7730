namespace NetKd.Cli.Doctor;

/// <summary>Reads <c>ufw status verbose</c> (ufw(8)): a state, the defaults, and a table of rules.</summary>
internal static class UfwReader
{
    /// <summary>What ufw does with a UDP port; null when it is not installed.</summary>
    public static FirewallState? Read(ToolRunner run, int port)
    {
        if (run("ufw", "status", "verbose") is not { } tool) return null;
        string remedy = $"ufw allow {port}/udp";
        string[] lines = tool.Output.Split('\n', StringSplitOptions.TrimEntries);
        if (lines.Contains("Status: inactive")) return new FirewallState("ufw", FirewallVerdict.Inactive, "it is not active", "");
        if (!lines.Contains("Status: active")) return new FirewallState("ufw", FirewallVerdict.Unreadable, "ufw tells its state to root only", remedy);

        // The first rule that matches decides (ufw(8), "rule ordering").
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int action = Array.FindIndex(words, word => word is "ALLOW" or "LIMIT" or "DENY" or "REJECT");
            if (action < 1 || words.Contains("OUT") || words.Contains("FWD") || !IsFor(words[0], port)) continue;
            return words[action] is "DENY" or "REJECT"
                ? new FirewallState("ufw", FirewallVerdict.Blocks, $"its rule \"{string.Join(' ', words)}\" refuses it", remedy)
                : new FirewallState("ufw", words[^1] == "Anywhere" || words[^1] == "(v6)" ? FirewallVerdict.Allows : FirewallVerdict.Unclear, $"its rule \"{string.Join(' ', words)}\" decides", remedy);
        }

        bool allows = lines.Any(line => line.StartsWith("Default: allow (incoming)", StringComparison.Ordinal));
        return new FirewallState("ufw", allows ? FirewallVerdict.Allows : FirewallVerdict.Blocks, allows ? "it allows incoming traffic by default" : "it is active and no rule allows the port", remedy);
    }

    private static bool IsFor(string destination, int port)
    {
        if (destination == "Anywhere") return true;
        string[] parts = destination.Split('/');
        return (parts.Length == 1 || parts[1] == "udp") && parts[0].Split(',').Any(range => PortRange.Covers(range, port));
    }
}
