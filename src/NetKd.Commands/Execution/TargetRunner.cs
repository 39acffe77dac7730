namespace NetKd.Commands.Execution;

/// <summary>Lets the target run and handles what stops it: breakpoint commands first, then the report.</summary>
internal sealed class TargetRunner(CommandSession session, EventReport report)
{
    private bool _insideEvent;

    /// <summary>Runs a breakpoint's command list. Set by the interpreter, which the runner serves.</summary>
    public Func<string, CancellationToken, Task> RunCommandsAsync { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Lets the target run until it stops for good, and reports that.</summary>
    public async Task GoAsync(ExecutionStatus status, CancellationToken cancellation, IReadOnlyCollection<int>? temporary = null)
    {
        if (_insideEvent)
        {
            session.Answer = status;
            return;
        }

        session.RequireStopped();
        DebugEvent debugEvent = await ResumeAsync(status, cancellation).ConfigureAwait(false);
        bool announces = debugEvent.Breakpoint is null || temporary?.Contains(debugEvent.Breakpoint.Id) != true;
        report.Write(debugEvent, announces);
    }

    /// <summary>
    /// Lets the target run until it stops for good, without a report. Breakpoints with commands are handled on the way.
    /// </summary>
    public async Task<DebugEvent> ResumeAsync(ExecutionStatus status, CancellationToken cancellation)
    {
        while (true)
        {
            session.Client.SetExecutionStatus(status);
            await session.Client.WaitForEventAsync(cancellation).ConfigureAwait(false);
            session.ForgetPositions();
            DebugEvent debugEvent = session.Client.LastEvent ?? throw new CommandException("The target stopped without saying why.");
            if (debugEvent.Breakpoint?.Command is not { Length: > 0 } commands) return debugEvent;
            if (await RunBreakpointCommandsAsync(commands, cancellation).ConfigureAwait(false) is not { } next) return debugEvent;
            cancellation.ThrowIfCancellationRequested();
            status = next;
        }
    }

    /// <summary>True while a breakpoint's commands run: they cannot step.</summary>
    public bool IsInsideEvent => _insideEvent;

    private async Task<ExecutionStatus?> RunBreakpointCommandsAsync(string commands, CancellationToken cancellation)
    {
        _insideEvent = true;
        session.Answer = null;
        try
        {
            await RunCommandsAsync(commands, cancellation).ConfigureAwait(false);
            return session.Answer;
        }
        finally
        {
            _insideEvent = false;
            session.Answer = null;
        }
    }
}
