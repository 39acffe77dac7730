namespace NetKd.Commands.Control;

/// <summary>Leaving: <c>q</c>, <c>qq</c>, <c>qd</c>, <c>.detach</c>.</summary>
internal sealed class SessionCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("q", new("q", "Leaves; a stopped target stays stopped (qd lets it run).", "q"), Quit) { IsWord = true },
        new("qq", new("qq", "As q.", "qq"), Quit) { IsWord = true },
        new("qd", new("qd", "Takes the breakpoints out, lets the target run and leaves.", "qd"), Detach) { IsWord = true },
        new(".detach", new(".detach", "As qd.", ".detach"), Detach) { IsWord = true },
    ];

    private void Quit(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        if (session.IsStopped && !session.Client.IsLocalKernel) session.WriteLine("quit: the target stays stopped until a debugger attaches and lets it run (qd leaves it running)");
        session.Ending = EndSessionKind.Passive;
    }

    private void Detach(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        if (!session.Client.IsLocalKernel) session.WriteLine("Detaching: breakpoints out, the target runs on");
        session.Ending = EndSessionKind.ActiveDetach;
    }
}
