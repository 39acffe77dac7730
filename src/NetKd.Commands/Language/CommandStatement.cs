namespace NetKd.Commands.Language;

/// <summary>One command of a list, with its place in the typed line for carets.</summary>
/// <param name="Text">The command and its arguments, without surrounding blanks.</param>
/// <param name="Offset">Where the command starts in the typed line.</param>
public readonly record struct CommandStatement(string Text, int Offset);
