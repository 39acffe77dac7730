namespace NetKd.Cli.Decode;

/// <summary>What the user asked <c>netkd decode</c> for.</summary>
internal sealed record DecodeOptions
{
    /// <summary>The capture, or <c>-</c> for standard input.</summary>
    public required string CaptureFile { get; init; }

    /// <summary>Keys as given: the texts, or <c>@</c> and a file.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Packets whole.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>JSON lines instead of text.</summary>
    public bool IsJson { get; init; }

    /// <summary>Statistics in place of the packets.</summary>
    public bool IsStatistics { get; init; }
}
