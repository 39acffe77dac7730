namespace NetKd.Commands.Control;

/// <summary><c>.help</c>.</summary>
internal sealed class HelpCommands(CommandSession session, CommandTable table) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new(".help", new(".help [command | pattern*]", "Lists the commands, or explains one.", ".help bp"), Help) { IsWord = true },
        new(".hh", new(".hh [command]", "As .help.", ".hh bp"), Help) { IsWord = true },
    ];

    private void Help(CommandCall call)
    {
        string name = call.Arguments.ReadWord();
        call.Arguments.ExpectEnd();
        if (name.Length == 0) List(table.All);
        else if (name.EndsWith('*')) List(table.All.Where(command => command.Name.StartsWith(name[..^1], StringComparison.OrdinalIgnoreCase)));
        else Explain(table.Find(name) ?? throw new CommandException($"There is no command '{name}'; .help lists all."));
    }

    private void List(IEnumerable<Command> commands)
    {
        foreach (Command command in commands) session.WriteLine($"{command.Name,-14} {command.Help.Summary}");
    }

    private void Explain(Command command)
    {
        session.WriteLine(command.Help.Summary);
        session.WriteLine($"  Syntax:  {command.Help.Syntax}");
        session.WriteLine($"  Example: {command.Help.Example}");
    }
}
