namespace NetKd.Commands.Control;

/// <summary>Processors: <c>~</c>, <c>~1s</c>, and commands for one processor, <c>~1k</c> or <c>1k</c>.</summary>
internal sealed class ProcessorCommands(CommandSession session, Func<CommandStatement, CancellationToken, Task> runAsync) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("~", new("~ | ~Ns | ~N command", "Lists processors, switches to one, or runs a command for one.", "~1s"), RunAsync),
    ];

    private async Task RunAsync(CommandCall call)
    {
        session.RequireStopped();
        ArgumentReader arguments = call.Arguments;
        if (arguments.AtEnd)
        {
            List();
            return;
        }

        int taken = NumberText.Read(arguments.Rest, 10, out ulong processor);
        if (taken <= 0) throw arguments.ErrorAtEnd("Syntax error");
        arguments.Position += taken;
        if (processor >= (ulong)session.Client.Processors.Count)
            throw new CommandException($"{processor} is not a processor of this target: it has {session.Client.Processors.Count} (0 to {session.Client.Processors.Count - 1}).");
        string command = arguments.ReadRest();
        if (command == "s") session.Client.Processors.Current = (int)processor;
        else if (command.Length == 0) session.WriteLine(Describe((int)processor));
        else await RunForAsync((int)processor, command, call.Cancellation).ConfigureAwait(false);
    }

    private async Task RunForAsync(int processor, string command, CancellationToken cancellation)
    {
        int previous = session.Client.Processors.Current;
        session.Client.Processors.Current = processor;
        try
        {
            await runAsync(new CommandStatement(command, 0), cancellation).ConfigureAwait(false);
        }
        finally
        {
            // The command may have let the target run; then the event's processor stays current.
            if (session.IsStopped && session.Client.Processors.Current == processor) session.Client.Processors.Current = previous;
        }
    }

    private void List()
    {
        for (int i = 0; i < session.Client.Processors.Count; i++) session.WriteLine(Describe(i));
    }

    private string Describe(int processor)
    {
        int previous = session.Client.Processors.Current;
        session.Client.Processors.Current = processor;
        try
        {
            ulong address = session.Client.Registers.InstructionPointer;
            return $"{(processor == previous ? '.' : ' ')}{processor,3}  {session.Address(address)}  {session.Names.Describe(address)}".TrimEnd();
        }
        finally
        {
            session.Client.Processors.Current = previous;
        }
    }
}
