namespace NetKd.Commands;

/// <summary>Where commands print.</summary>
public interface ICommandOutput
{
    /// <summary>
    /// Prints text with its line ends: of a command (Normal), a failure (Error), the connection (Warning) or the target (Debuggee).
    /// May be called from any thread.
    /// </summary>
    void Write(OutputMask kind, string text);

    /// <summary>
    /// Shows how far a long transfer is, or null when it is over. An output that is not a terminal shows nothing.
    /// </summary>
    void ShowProgress(string? line);

    /// <summary>Clears the screen of a terminal.</summary>
    void Clear();
}
