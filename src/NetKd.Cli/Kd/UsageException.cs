namespace NetKd.Cli.Kd;

/// <summary>The command line cannot be used; the message is one line for the user.</summary>
internal sealed class UsageException(string message) : Exception(message);
