namespace NetKd.Commands.Language;

/// <summary>
/// A command that could not be done. The message is one line that a user can act on; with a caret it is printed under the typed
/// line, the way kd points at the place of an error (facts: kd-transcript, <c>r foo</c>).
/// </summary>
public sealed class CommandException : Exception
{
    /// <summary>A failure without a place in the command.</summary>
    public CommandException(string message, int? caret = null)
        : base(message) => Caret = caret;

    /// <summary>Offset in the typed line that a caret points at, or null for a plain message.</summary>
    public int? Caret { get; }

    /// <summary>The line to print, for a prompt of the given width.</summary>
    public string Render(int promptWidth) =>
        Caret is int caret ? new string(' ', promptWidth + caret) + "^ " + Message : Message;
}
