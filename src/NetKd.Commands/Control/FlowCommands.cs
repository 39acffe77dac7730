namespace NetKd.Commands.Control;

/// <summary>Conditions and loops: <c>.if</c>, <c>.while</c>, <c>.for</c>, <c>.foreach</c>, <c>j</c>, <c>.block</c>.</summary>
internal sealed class FlowCommands(CommandSession session, Func<string, CancellationToken, Task> runAsync) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new(".if", new(".if (condition) {commands} [.elsif (condition) {commands}] [.else {commands}]", "Runs commands on a condition.", ".if (@rax = 0) {.echo zero} .else {.echo other}"), IfAsync) { IsWord = true },
        new(".while", new(".while (condition) {commands}", "Runs commands as long as a condition holds.", ".while (by(@rip) != c3) {t}"), WhileAsync) { IsWord = true },
        new(".for", new(".for (start; condition; step) {commands}", "A counting loop.", ".for (r @$t0=0; @$t0<3; r @$t0=@$t0+1) {? @$t0}"), ForAsync) { IsWord = true },
        new(".foreach", new(".foreach (name {commands}) {commands}", "Runs commands for each word that others print; ${name} is the word.", ".foreach (w {.echo a b}) {.echo ${w}}"), ForEachAsync) { IsWord = true },
        new(".block", new(".block {commands}", "Runs commands; aliases in them are replaced only then.", ".block {r}"), call => runAsync(call.Arguments.ReadBlock('{', '}'), call.Cancellation)) { IsWord = true },
        new(".break", new(".break", "Leaves a loop.", ".while (1) {.break}"), _ => session.Loop = LoopSignal.Break) { IsWord = true },
        new(".continue", new(".continue", "Goes on with the next round of a loop.", ".continue"), _ => session.Loop = LoopSignal.Continue) { IsWord = true },
        new("j", new("j condition ['commands';] ['commands']", "Runs one list or the other.", "j @rax 'r rax';'.echo zero'"), JumpAsync),
    ];

    private async Task IfAsync(CommandCall call)
    {
        ArgumentReader arguments = call.Arguments;
        bool done = false;
        do
        {
            bool holds = Condition(arguments.ReadBlock('(', ')'));
            string commands = arguments.ReadBlock('{', '}');
            if (!done && holds) await runAsync(commands, call.Cancellation).ConfigureAwait(false);
            done |= holds;
        }
        while (TakeWord(arguments, ".elsif"));

        if (TakeWord(arguments, ".else"))
        {
            string commands = arguments.ReadBlock('{', '}');
            if (!done) await runAsync(commands, call.Cancellation).ConfigureAwait(false);
        }

        arguments.ExpectEnd();
    }

    private Task WhileAsync(CommandCall call)
    {
        string condition = call.Arguments.ReadBlock('(', ')');
        string commands = call.Arguments.ReadBlock('{', '}');
        call.Arguments.ExpectEnd();
        return LoopAsync(condition, commands, "", call.Cancellation);
    }

    private async Task ForAsync(CommandCall call)
    {
        string[] parts = call.Arguments.ReadBlock('(', ')').Split(';');
        if (parts.Length != 3) throw call.Arguments.Error("Write .for (start; condition; step) {commands}: syntax error");
        string commands = call.Arguments.ReadBlock('{', '}');
        call.Arguments.ExpectEnd();
        await runAsync(parts[0], call.Cancellation).ConfigureAwait(false);
        await LoopAsync(parts[1], commands, parts[2], call.Cancellation).ConfigureAwait(false);
    }

    private async Task LoopAsync(string condition, string commands, string step, CancellationToken cancellation)
    {
        while (Condition(condition))
        {
            cancellation.ThrowIfCancellationRequested();
            await runAsync(commands, cancellation).ConfigureAwait(false);
            if (Leaves()) break;
            await runAsync(step, cancellation).ConfigureAwait(false);
        }
    }

    private async Task ForEachAsync(CommandCall call)
    {
        ArgumentReader inner = new(call.Arguments.ReadBlock('(', ')'));
        string commands = call.Arguments.ReadBlock('{', '}');
        call.Arguments.ExpectEnd();
        bool isText = inner.TryTakeSwitch("/s");
        string name = inner.ReadWord();
        if (name.Length == 0) throw call.Arguments.Error("Write .foreach (name {commands}) {commands}: syntax error");
        string words = isText ? inner.ReadQuoted() : await CaptureAsync(inner.ReadBlock('{', '}'), call.Cancellation).ConfigureAwait(false);
        foreach (string word in words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            call.Cancellation.ThrowIfCancellationRequested();
            await runAsync(AliasTable.Replace(commands, name, word), call.Cancellation).ConfigureAwait(false);
            if (Leaves()) break;
        }
    }

    private async Task<string> CaptureAsync(string commands, CancellationToken cancellation)
    {
        using OutputCapture capture = session.Capture();
        await runAsync(commands, cancellation).ConfigureAwait(false);
        return capture.Text;
    }

    private async Task JumpAsync(CommandCall call)
    {
        bool holds = session.Evaluate(call) != 0;
        string first = ReadBranch(call.Arguments);
        string second = call.Arguments.TryTake(';') ? ReadBranch(call.Arguments) : "";
        await runAsync(holds ? first : second, call.Cancellation).ConfigureAwait(false);
    }

    // Branches are in single quotes or bare up to the semicolon.
    private static string ReadBranch(ArgumentReader arguments)
    {
        arguments.SkipBlanks();
        char end = arguments.Current == '\'' ? '\'' : ';';
        if (end == '\'') arguments.Position++;
        int length = arguments.Rest.IndexOf(end);
        if (length < 0 && end == '\'') throw arguments.Error("Missing closing quote: syntax error");
        string text = (length < 0 ? arguments.Rest : arguments.Rest[..length]).ToString();
        arguments.Position += text.Length + (end == '\'' ? 1 : 0);
        return text;
    }

    private bool Condition(string text) => session.Masm.Evaluate(text.Trim()) != 0;

    // After one round: whether the loop ends. A .continue has done its work by then.
    private bool Leaves()
    {
        bool leaves = session.Loop == LoopSignal.Break || session.Answer is not null || session.Ending is not null;
        session.Loop = LoopSignal.None;
        return leaves;
    }

    private static bool TakeWord(ArgumentReader arguments, string word)
    {
        arguments.SkipBlanks();
        if (!arguments.Rest.StartsWith(word, StringComparison.OrdinalIgnoreCase)) return false;
        arguments.Position += word.Length;
        return true;
    }
}
