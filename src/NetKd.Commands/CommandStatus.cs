namespace NetKd.Commands;

/// <summary>How a line of commands ended.</summary>
public enum CommandStatus
{
    /// <summary>All commands were done.</summary>
    Completed,
    /// <summary>A command failed; those after it were not done.</summary>
    Failed,
    /// <summary>The user cancelled.</summary>
    Cancelled,
    /// <summary>The user wants to leave.</summary>
    Quit,
}
