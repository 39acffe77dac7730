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
        // High numbers keep the temporary breakpoints out of the user's list of numbers.
        const int FirstTemporary = 1000;
        List<int> ids = [];
        try
        {
            foreach (ulong address in addresses)
            {
                int id = FirstTemporary + ids.Count;
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

    // The stack pointer tells this call's return from those of deeper calls of the same function.
    private async Task GoUpAsync(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        session.RequireStopped();
        IReadOnlyList<StackFrame> frames = session.Client.Stacks.Walk(1, call.Cancellation);
        if (frames.Count == 0 || frames[0].ReturnAddress == 0)
            throw new CommandException("The current function has no caller on the stack.");
        ulong stack = session.Client.Registers.StackPointer;
        const int Temporary = 1000;
        session.Client.Breakpoints.AddCode(frames[0].ReturnAddress, Temporary);
        try
        {
            DebugEvent debugEvent;
            do
            {
                debugEvent = await runner.ResumeAsync(ExecutionStatus.Go, call.Cancellation).ConfigureAwait(false);
            }
            while (debugEvent.Breakpoint?.Id == Temporary && session.Client.Registers.StackPointer <= stack);

            new EventReport(session).Write(debugEvent, debugEvent.Breakpoint?.Id != Temporary);
        }
        finally
        {
            session.Client.Breakpoints.Remove(Temporary);
        }
    }
}
