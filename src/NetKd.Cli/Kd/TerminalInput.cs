using NetKd.Commands;
using RadLine;
using Spectre.Console;

namespace NetKd.Cli.Kd;

/// <summary>Lines typed at a terminal, with editing, history and completion of command names.</summary>
internal sealed class TerminalInput : ICommandInput
{
    private readonly LineEditor _editor;
    private readonly CommandHistory _history;
    private readonly ChangingPrompt _prompt = new();

    /// <summary>An editor that knows the interpreter's commands and the user's history.</summary>
    public TerminalInput(CommandInterpreter interpreter, CommandHistory history)
    {
        _history = history;
        _editor = new LineEditor { MultiLine = false, Prompt = _prompt, Completion = new CommandCompletion([.. interpreter.CommandNames]) };
        foreach (string line in history.Lines) _editor.History.Add(line);
        // kd's control keys are typed before ENTER. Inserted as ^B and so on, they can be seen and taken back.
        foreach (char key in ControlKey.Letters)
            _editor.KeyBindings.Add(ConsoleKey.A + (key - 'A'), ConsoleModifiers.Control, () => new InsertCommand($"^{key}"));
    }

    /// <inheritdoc/>
    public bool HasEnded => false;

    /// <inheritdoc/>
    public async Task<string?> ReadLineAsync(string prompt, CancellationToken cancellation)
    {
        _prompt.Text = prompt.TrimEnd();
        string? line = await _editor.ReadLine(cancellation).ConfigureAwait(false);
        if (line is not null) _history.Add(line);
        return line ?? "";
    }

    // The prompt names the current processor, which changes; the editor takes its prompt only once.
    private sealed class ChangingPrompt : ILineEditorPrompt
    {
        public string Text { get; set; } = "kd>";

        public (Markup Markup, int Margin) GetPrompt(ILineEditorState state, int line) => (new Markup(Markup.Escape(Text)), 1);
    }

    private sealed class CommandCompletion(string[] names) : ITextCompletion
    {
        public IEnumerable<string>? GetCompletions(string prefix, string word, string suffix) =>
            string.IsNullOrWhiteSpace(prefix) ? names.Where(name => name.StartsWith(word, StringComparison.Ordinal)) : null;
    }
}
