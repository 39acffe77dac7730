
namespace NetKd.Commands;

/// <summary>How a line of commands ended.</summary>
/// <param name="Status">Done, failed, or the user wants to leave.</param>
/// <param name="Error">The failed command's line, without a caret.</param>
/// <param name="HResult">The documented API's code for the failure, 0 for success.</param>
/// <param name="Ending">How to end the session, when the user wants to leave.</param>
public readonly record struct CommandResult(
    CommandStatus Status, string? Error = null, int HResult = 0, EndSessionKind Ending = EndSessionKind.Passive)
{
    /// <summary>The command language's general failure, as Execute of the documented API returned it (facts: kd-transcript).</summary>
    public const int CommandFailed = unchecked((int)0x80040205);

    /// <summary>All commands were done.</summary>
    public static CommandResult Completed { get; } = new(CommandStatus.Completed);
}
