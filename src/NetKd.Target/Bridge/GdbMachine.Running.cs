using NetKd.Gdb;

namespace NetKd.Target.Bridge;

/// <summary>Letting the machine run, and what its stops mean.</summary>
public sealed partial class GdbMachine
{
    private readonly HashSet<ulong> _breakpoints = [];
    private bool _trace;

    /// <inheritdoc/>
    public override void PrepareContinue(bool trace, bool setDebugControl, ulong dr7)
    {
        _trace = trace;
        if (!setDebugControl) return;
        foreach (ProcessorState processor in _processors) processor.Debug.Control = dr7;
    }

    /// <summary>Lets the machine run as the debugger said. Breakpoints of all processors are the same: those of the current one count.</summary>
    public void Resume()
    {
        _processors[_current].Debug.Arm(_client);
        _memory.Forget();
        foreach (ProcessorState processor in _processors) processor.IsRead = false;
        if (_trace) _client.Step(_client.Threads[_current]);
        else _client.Continue();
    }

    /// <summary>
    /// Takes a stop: the processor that it names becomes the current one. Gives the exception that NT would report, and whether the stop is one
    /// that was asked for (<paramref name="asked"/>), by an interrupt.
    /// </summary>
    public ExceptionRecord TakeStop(StopReply stop, bool asked)
    {
        ArgumentNullException.ThrowIfNull(stop);
        DebugRegisterFile armed = _processors[_current].Debug;
        int processor = -1;
        for (int i = 0; i < _client.Threads.Count; i++)
        {
            if (_client.Threads[i] == stop.Thread) processor = i;
        }

        if (processor >= 0) SwitchProcessor(processor);
        ulong counter = ProgramCounter(_current);
        bool watched = armed.TakeHit(stop, counter);
        _processors[_current].Debug.Status = armed.Status;
        armed.Disarm(_client);
        bool stepped = _trace && !asked;
        _trace = false;
        ExceptionRecord exception = default;
        exception.Address = counter;
        exception.FirstChance = true;
        bool breakpoint = !watched && _breakpoints.Contains(counter) && stop.Signal == StopReply.Trap;
        exception.Code = watched || (stepped && !breakpoint) ? NtStatus.SingleStep : NtStatus.Breakpoint;
        return exception;
    }

    /// <summary>Restarts the machine, if its stub has a command for that (QEMU's monitor).</summary>
    public bool TryRestart()
    {
        RebootRequested = false;
        if (!_client.IsQemu) return false;
        _client.Monitor("system_reset");
        return true;
    }

    /// <summary>Leaves the machine running, without breakpoints.</summary>
    public void Leave()
    {
        foreach (ulong address in _breakpoints) _client.TryRemove(GdbBreakpointKind.Software, address, 1);
        _breakpoints.Clear();
        foreach (ProcessorState processor in _processors) processor.Debug.Disarm(_client);
        _client.Detach();
    }
}
