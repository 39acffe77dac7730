namespace NetKd.Commands.Execution;

/// <summary>Running to one place of one call: where <c>gu</c> returns to, and steps over what has no source.</summary>
internal sealed class TemporaryStop(CommandSession session, TargetRunner runner)
{
    /// <summary>High numbers keep temporary breakpoints out of the user's list of numbers.</summary>
    public const int FirstId = 1000;

    /// <summary>
    /// Lets the target run until it comes by an address with a stack pointer above <paramref name="stack"/>, which tells a call's return from
    /// those of deeper calls of the same function. Something else may stop it before: then <c>Arrived</c> is false.
    /// </summary>
    public async Task<(DebugEvent Event, bool Arrived)> RunToAsync(ulong address, ulong stack, CancellationToken cancellation)
    {
        session.Client.Breakpoints.AddCode(address, FirstId);
        try
        {
            DebugEvent debugEvent;
            do
            {
                debugEvent = await runner.ResumeAsync(ExecutionStatus.Go, cancellation).ConfigureAwait(false);
            }
            while (debugEvent.Breakpoint?.Id == FirstId && session.Client.Registers.StackPointer <= stack);

            return (debugEvent, debugEvent.Breakpoint?.Id == FirstId);
        }
        finally
        {
            session.Client.Breakpoints.Remove(FirstId);
        }
    }
}
