using System.Globalization;

namespace NetKd.Commands.Sources;

/// <summary>What sources are shown and stepped by: <c>l+</c>, <c>l-</c>, <c>.lines</c>.</summary>
internal sealed class SourceOptionCommands(CommandSession session) : ICommandGroup
{
    private static readonly (char Letter, SourceOptions Option, string Text)[] s_options =
    [
        ('t', SourceOptions.Steps, "Step/trace by source line"),
        ('l', SourceOptions.Lines, "List source line for LN and prompt"),
        ('s', SourceOptions.Text, "List source code at prompt"),
        ('o', SourceOptions.Only, "Only show source code at prompt"),
    ];

    public IEnumerable<Command> Commands =>
    [
        new("l+", new("l+[t|l|s|o|*]", "Turns a source option on: t steps by lines, l shows file and line at a stop, s the source text, o nothing but that.", "l+t"), call => Set(call, on: true)),
        new("l-", new("l-[t|l|s|o|*]", "Turns a source option off.", "l-t"), call => Set(call, on: false)),
        new(".lines", new(".lines [-e|-d|-t]", "Turns source lines on (-e), off (-d), or the other way.", ".lines -e"), SetLines) { IsWord = true },
    ];

    private void Set(CommandCall call, bool on)
    {
        if (!call.Arguments.AtEnd)
        {
            char letter = call.Arguments.Current;
            SourceOptions option = letter == '*' ? SourceOptions.All : Array.Find(s_options, o => o.Letter == letter).Option;
            if (option == SourceOptions.None) throw call.Arguments.Error("The options are t, l, s, o and *: syntax error");
            call.Arguments.Position++;
            call.Arguments.ExpectEnd();
            session.SourceOptions = on ? session.SourceOptions | option : session.SourceOptions & ~option;
        }

        session.WriteLine($"Source options are {((int)session.SourceOptions).ToString("x", CultureInfo.InvariantCulture)}:");
        if (session.SourceOptions == SourceOptions.None) session.WriteLine("    None");
        foreach ((char letter, SourceOptions option, string text) in s_options)
        {
            if ((session.SourceOptions & option) != 0) session.WriteLine($"    {(int)option,2:x}/{letter} - {text}");
        }
    }

    private void SetLines(CommandCall call)
    {
        string word = call.Arguments.ReadWord();
        call.Arguments.ExpectEnd();
        SourceLines lines = session.Client.SourceLines;
        lines.IsEnabled = word switch
        {
            "" or "-t" => !lines.IsEnabled,
            "-e" => true,
            "-d" => false,
            _ => throw call.Arguments.Error("The options are -e, -d and -t: syntax error"),
        };
        session.WriteLine(lines.IsEnabled ? "Line number information will be loaded" : "Line number information will not be loaded");
    }
}
