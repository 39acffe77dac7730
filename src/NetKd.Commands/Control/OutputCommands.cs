namespace NetKd.Commands.Control;

/// <summary>Printing and logging: <c>.echo</c>, <c>.printf</c>, <c>.cls</c>, <c>.prompt_allow</c>, log files.</summary>
internal sealed class OutputCommands(CommandSession session) : ICommandGroup
{
    private const string DefaultLog = "dbgeng.log";

    private static readonly (string Name, PromptParts Part, string Text)[] s_parts =
    [
        ("sym", PromptParts.Symbol, "Symbol for current instruction"),
        ("dis", PromptParts.Disassembly, "Disassembly of current instruction"),
        ("ea", PromptParts.EffectiveAddress, "Effective address for current instruction"),
        ("src", PromptParts.Source, "Source info for current instruction"),
        ("reg", PromptParts.Registers, "Register state"),
    ];

    public IEnumerable<Command> Commands =>
    [
        new(".echo", new(".echo text", "Prints a text.", ".echo hello"), Echo) { IsWord = true },
        new(".printf", new(".printf \"format\" [, value ...]", "Prints values: %d %u %x %I64x %c %p, %y with a symbol, %ly with its source line, %ma %mu %msa %msu text at an address.", ".printf \"%p %y\\n\", @rip, @rip"), Print) { IsWord = true },
        new(".cls", new(".cls", "Clears the screen.", ".cls"), _ => session.Terminal.Clear()) { IsWord = true },
        new(".prompt_allow", new(".prompt_allow [+|-]reg|dis|ea|sym", "Chooses what a stop shows.", ".prompt_allow +reg"), Allow) { IsWord = true },
        new(".logopen", new(".logopen [file]", "Writes what is printed to a file.", ".logopen session.log"), call => Open(call, append: false)) { IsWord = true },
        new(".logappend", new(".logappend [file]", "As .logopen, after what the file holds.", ".logappend session.log"), call => Open(call, append: true)) { IsWord = true },
        new(".logclose", new(".logclose", "Closes the log file.", ".logclose"), Close) { IsWord = true },
        new(".logfile", new(".logfile", "Shows which log file is open.", ".logfile"), ShowLog) { IsWord = true },
    ];

    // Quotes around the whole text go away; they are how a semicolon gets into it.
    private void Echo(CommandCall call)
    {
        string text = call.Arguments.ReadRest();
        if (text.Length >= 2 && text[0] == '"' && text[^1] == '"') text = text[1..^1];
        session.WriteLine(text);
    }

    private void Print(CommandCall call)
    {
        // Markup (/D) means nothing to a terminal; the text is the same.
        _ = call.Arguments.TryTakeSwitch("/D");
        string format = call.Arguments.ReadQuotedRaw();
        string text = new FormatText(session).Format(format, call.Arguments);
        call.Arguments.ExpectEnd();
        session.Write(text);
    }

    private void Allow(CommandCall call)
    {
        if (call.Arguments.AtEnd)
        {
            session.WriteLine("Allow the following information to be displayed at the prompt:");
            session.WriteLine("(Other settings can affect whether the information is actually displayed)");
            List(allowed: true);
            session.WriteLine("Do not allow the following information to be displayed at the prompt:");
            List(allowed: false);
            return;
        }

        while (!call.Arguments.AtEnd)
        {
            bool remove = call.Arguments.TryTake('-');
            if (!remove) _ = call.Arguments.TryTake('+');
            string name = call.Arguments.ReadWord();
            (string Name, PromptParts Part, string Text) found = Array.Find(s_parts, part => part.Name == name);
            if (found.Name is null) throw call.Arguments.Error("The parts are reg, dis, ea, src and sym: syntax error");
            session.PromptParts = remove ? session.PromptParts & ~found.Part : session.PromptParts | found.Part;
        }
    }

    private void List(bool allowed)
    {
        foreach ((string name, PromptParts part, string text) in s_parts)
        {
            if ((session.PromptParts & part) != 0 == allowed) session.WriteLine($"{name,6} - {text}");
        }
    }

    private void Open(CommandCall call, bool append)
    {
        string path = call.Arguments.ReadWord();
        call.Arguments.ExpectEnd();
        if (path.Length == 0) path = DefaultLog;
        session.OpenLog(path, append);
        session.WriteLine(append ? $"Opened log file '{path}' for append" : $"Opened log file '{path}'");
    }

    private void Close(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        if (session.Log is not { } log)
        {
            session.WriteLine("No log file open");
            return;
        }

        session.WriteLine($"Closing open log file {log.Path}");
        session.CloseLog();
    }

    private void ShowLog(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        session.WriteLine(session.Log is { } log ? $"Log '{log.Path}' open{(log.IsAppended ? " for append" : "")}" : "No log file open");
    }
}
