namespace NetKd.Cli.Kd;

/// <summary>What the user asked <c>netkd kd</c> for.</summary>
internal sealed record KdOptions
{
    /// <summary>The connection string; may name its key by file.</summary>
    public string? Connection { get; init; }

    /// <summary>The eXDI connection, instead of a connection string.</summary>
    public string? Exdi { get; init; }

    /// <summary>The kernel of this machine, instead of a connection.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Commands to run at the first stop.</summary>
    public string? Commands { get; init; }

    /// <summary>File of commands to run before those.</summary>
    public string? ScriptFile { get; init; }

    /// <summary>Symbol path.</summary>
    public string? SymbolPath { get; init; }

    /// <summary>Where image files are looked for.</summary>
    public string? ImagePath { get; init; }

    /// <summary>Where source files are looked for.</summary>
    public string? SourcePath { get; init; }

    /// <summary>Tell every place where symbols are looked for.</summary>
    public bool IsNoisy { get; init; }

    /// <summary>Break in as soon as the target has connected.</summary>
    public bool InitialBreak { get; init; }

    /// <summary>Break at the first module of a restarted target.</summary>
    public bool InitialModuleBreak { get; init; }

    /// <summary>Log file.</summary>
    public string? LogFile { get; init; }

    /// <summary>Keeps what the log file holds.</summary>
    public bool AppendsLog { get; init; }

    /// <summary>Shows module loads.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>How long to wait for the first stop; null for the default.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>File to record the connection's datagrams in.</summary>
    public string? CaptureFile { get; init; }

    /// <summary>Accept a net: connection without a key.</summary>
    public bool AllowsUnencrypted { get; init; }

    /// <summary>JSON lines instead of text.</summary>
    public bool IsJson { get; init; }

    /// <summary>Only show the version.</summary>
    public bool ShowsVersion { get; init; }
}
