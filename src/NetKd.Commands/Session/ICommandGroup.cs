namespace NetKd.Commands.Session;

/// <summary>Commands that belong together.</summary>
internal interface ICommandGroup
{
    IEnumerable<Command> Commands { get; }
}
