namespace NetKd.Commands.Execution;

/// <summary>The commands that let the target run: <c>g</c>, <c>gh</c>, <c>gn</c>, <c>gu</c>.</summary>
internal sealed class GoCommands(CommandSession session, TargetRunner runner) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("g", new("g[a] [=start] [address ...]", "Lets the target run, at most to the addresses given.", "g nt!KeBugCheckEx"), call => GoAsync(call, hardware: false)),
        new("ga", new("ga [=start] [address ...]", "As g, with processor breakpoints for the addresses.", "ga nt!KeBugCheckEx"), call => GoAsync(call, hardware: true)),
        new("gh", new("gh", "Lets the target run; its exception counts as handled.", "gh"), call => ContinueAsync(call, ExecutionStatus.GoHandled)) { IsWord = true },
        new("gn", new("gn", "Lets the target run; its exception counts as not handled.", "gn"), call => ContinueAsync(call, ExecutionStatus.GoNotHandled)) { IsWord = true },
        new("gN", new("gN", "As gn.", "gN"), call => ContinueAsync(call, ExecutionStatus.GoNotHandled)) { IsWord = true },
        new("gc", new("gc", "Goes on from a breakpoint's commands.", "bp nt!KeBugCheckEx \".echo hit;gc\""), call => ContinueAsync(call, ExecutionStatus.Go)) { IsWord = true },
        new("gu", new("gu", "Lets the target run until the current function returns.", "gu"), GoUpAsync) { IsWord = true },
    ];

    private async Task GoAsync(CommandCall call, bool hardware)
    {
        session.RequireStopped();
        if (call.Arguments.TryTake('=')) session.Client.Registers.InstructionPointer = session.Evaluate(call);
        List<ulong> addresses = [];
        while (!call.Arguments.AtEnd) addresses.Add(session.Evaluate(call));
        await GoToAsync(call, addresses, hardware).ConfigureAwait(false);
    }

    private Task ContinueAsync(CommandCall call, ExecutionStatus status)
    {
        call.Arguments.ExpectEnd();
        return runner.GoAsync(status, call.Cancellation);
    }

    private async Task GoToAsync(CommandCall call, List<ulong> addresses, bool hardware)
    {
        List<int> ids = [];
        try
        {
            foreach (ulong address in addresses)
            {
                int id = TemporaryStop.FirstId + ids.Count;
                Breakpoint breakpoint = hardware
                    ? session.Client.Breakpoints.AddData(address, 1, DataAccess.Execute, id)
                    : session.Client.Breakpoints.AddCode(address, id);
                ids.Add(breakpoint.Id);
            }

            await runner.GoAsync(ExecutionStatus.Go, call.Cancellation, ids).ConfigureAwait(false);
        }
        finally
        {
            foreach (int id in ids) session.Client.Breakpoints.Remove(id);
        }
    }

    private async Task GoUpAsync(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        session.RequireStopped();
        IReadOnlyList<StackFrame> frames = session.Client.Stacks.Walk(1, call.Cancellation);
        if (frames.Count == 0 || frames[0].ReturnAddress == 0)
            throw new CommandException("The current function has no caller on the stack.");
        (DebugEvent debugEvent, bool arrived) = await new TemporaryStop(session, runner)
            .RunToAsync(frames[0].ReturnAddress, session.Client.Registers.StackPointer, call.Cancellation).ConfigureAwait(false);
        new EventReport(session).Write(debugEvent, announcesBreakpoint: !arrived);
    }
}
