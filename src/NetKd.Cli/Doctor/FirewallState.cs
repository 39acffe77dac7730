namespace NetKd.Cli.Doctor;

/// <summary>What a firewall does with a datagram for the debugger's port.</summary>
internal enum FirewallVerdict
{
    /// <summary>It is not active.</summary>
    Inactive,
    /// <summary>It lets the port through.</summary>
    Allows,
    /// <summary>It drops what comes for the port.</summary>
    Blocks,
    /// <summary>It drops by default, and whether a rule lets the port through was not to be told.</summary>
    Unclear,
    /// <summary>It could not be read.</summary>
    Unreadable,
}

/// <summary>One firewall of this machine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Verdict">What it does with the port.</param>
/// <param name="Reason">From what that was read.</param>
/// <param name="Remedy">The command that opens the port.</param>
internal sealed record FirewallState(string Name, FirewallVerdict Verdict, string Reason, string Remedy);
