namespace NetKd.Cli;

/// <summary>Exit codes of netkd; scripts rely on them.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A command given with -c or -cf failed.</summary>
    public const int CommandFailed = 1;

    /// <summary>The doctor found something that keeps a target from connecting, or could not check the key.</summary>
    public const int ProblemFound = 1;

    /// <summary>The command line cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>No target stopped within --wait; the doctor saw nothing.</summary>
    public const int NoTarget = 3;

    /// <summary>The connection could not be made, or was lost and not regained.</summary>
    public const int NoConnection = 4;
}
