namespace NetKd.Commands;

/// <summary>Where commands print. Called by one command at a time.</summary>
public interface ICommandOutput
{
    /// <summary>Prints text of a command, with its line ends.</summary>
    void Write(string text);

    /// <summary>Prints one line about a failed command.</summary>
    void WriteError(string line);

    /// <summary>
    /// Shows how far a long transfer is, or null when it is over. An output that is not a terminal shows nothing.
    /// </summary>
    void ShowProgress(string? line);

    /// <summary>Clears the screen of a terminal.</summary>
    void Clear();
}
