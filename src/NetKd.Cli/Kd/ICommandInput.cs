namespace NetKd.Cli.Kd;

/// <summary>Where command lines come from.</summary>
internal interface ICommandInput
{
    /// <summary>True when nothing more will come, known without waiting.</summary>
    bool HasEnded { get; }

    /// <summary>The next line, or null at the end.</summary>
    Task<string?> ReadLineAsync(string prompt, CancellationToken cancellation);
}
