namespace NetKd.Cli.Doctor;

/// <summary>
/// Reads <c>netsh advfirewall show allprofiles</c>: a state and a policy for each of the three network types. Rules belong to programs
/// there and are not judged. All three types have to let the debugger through (facts: kernel-debugging-docs, C.11).
/// </summary>
internal static class WindowsFirewallReader
{
    /// <summary>What Windows Firewall does with a UDP port; null when this is not Windows.</summary>
    public static FirewallState? Read(ToolRunner run, int port)
    {
        if (run("netsh", "advfirewall", "show", "allprofiles") is not { } tool) return null;
        string remedy = $"netsh advfirewall firewall add rule name=\"NetKd {port}\" dir=in action=allow protocol=udp localport={port} profile=any";
        List<string> blocking = [];
        string profile = "";
        bool isOn = false;
        int policies = 0;
        foreach (string line in tool.Output.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.EndsWith("Profile Settings:", StringComparison.Ordinal)) profile = line.Split(' ')[0];
            else if (line.StartsWith("State ", StringComparison.Ordinal)) isOn = line.EndsWith("ON", StringComparison.Ordinal);
            else if (line.StartsWith("Firewall Policy ", StringComparison.Ordinal))
            {
                policies++;
                if (isOn && line.Contains("BlockInbound", StringComparison.Ordinal)) blocking.Add(profile);
            }
        }

        // netsh speaks the language of the system, in which none of these words may occur.
        if (policies == 0) return new FirewallState("Windows Firewall", FirewallVerdict.Unreadable, "netsh did not print the profiles in English", remedy);
        return blocking.Count == 0
            ? new FirewallState("Windows Firewall", FirewallVerdict.Allows, "no network type blocks incoming traffic", "")
            : new FirewallState("Windows Firewall", FirewallVerdict.Unclear, $"{string.Join(", ", blocking)} networks block what no rule allows; rules are not read", remedy);
    }
}
