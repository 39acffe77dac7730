namespace NetKd.Commands.Session;

/// <summary>A command of the language: its name, what help says, and what it does.</summary>
internal sealed class Command
{
    public Command(string name, CommandHelp help, Action<CommandCall> run)
        : this(name, help, call =>
        {
            run(call);
            return Task.CompletedTask;
        })
    {
    }

    public Command(string name, CommandHelp help, Func<CommandCall, Task> run)
    {
        Name = name;
        Help = help;
        RunAsync = run;
    }

    public string Name { get; }

    public CommandHelp Help { get; }

    public Func<CommandCall, Task> RunAsync { get; }

    /// <summary>
    /// True for names that end at a blank. Others may be glued to their argument: <c>r@rax</c>, <c>k5</c>, <c>bp0</c>; this is also
    /// why an unknown word such as <c>foo</c> is the command <c>f</c> with the argument <c>oo</c> (facts: kd-transcript, foo).
    /// </summary>
    public bool IsWord { get; init; }

    /// <summary>What an empty line does after this command: it again without arguments, or nothing.</summary>
    public bool Repeats { get; init; }
}
