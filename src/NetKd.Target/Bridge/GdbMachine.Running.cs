using NetKd.Gdb;

namespace NetKd.Target.Bridge;

/// <summary>Letting the machine run, and what its stops mean.</summary>
public abstract partial class GdbMachine
{
    private static readonly TimeSpan s_stepPatience = TimeSpan.FromSeconds(10);

    private readonly HashSet<ulong> _breakpoints = [];
    private bool _trace;

    // A processor that stands at an access which a watchpoint has stopped before it was done, and where.
    private (int Processor, ulong Counter)? _watched;

    /// <inheritdoc/>
    public override void PrepareContinue(bool trace, bool setDebugControl, ulong dr7)
    {
        _trace = trace;
        if (!setDebugControl) return;
        foreach (StubRegisters processor in _processors) processor.Breakpoints.SetControl(dr7);
    }

    /// <summary>Lets the machine run as the debugger said. Breakpoints of all processors are the same: those of the current one count.</summary>
    /// <exception cref="GdbException">The stub is lost.</exception>
    public void Resume()
    {
        bool unwatched = false;
        if (_watched is { } watched && (!_trace || watched.Processor == _current))
        {
            // The access would be stopped once more, and for ever: it is executed by itself, without watchpoints.
            _watched = null;
            bool stands = ProgramCounter(watched.Processor) == watched.Counter;
            if (stands && !_trace) StepOff(watched.Processor);
            unwatched = stands && _trace;
        }

        if (!unwatched) _processors[_current].Breakpoints.Arm(_client);
        _memory.Forget();
        foreach (StubRegisters processor in _processors) processor.Forget();
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
        HardwareBreakpoints armed = _processors[_current].Breakpoints;
        int processor = -1;
        for (int i = 0; i < _client.Threads.Count; i++)
        {
            if (_client.Threads[i] == stop.Thread) processor = i;
        }

        if (processor >= 0) SwitchProcessor(processor);
        ulong counter = ProgramCounter(_current);
        bool watched = armed.TakeHit(stop, StubAddress(counter), _processors[_current].Breakpoints);
        armed.Disarm(_client);
        if (watched && stop.Watch != WatchKind.None && WatchStopsBefore) _watched = (_current, counter);
        bool stepped = _trace && !asked;
        _trace = false;
        ExceptionRecord exception = Standstill();
        bool breakpoint = !watched && _breakpoints.Contains(StubAddress(counter)) && stop.Signal == StopReply.Trap;
        exception.Code = watched || (stepped && !breakpoint) ? NtStatus.SingleStep : NtStatus.Breakpoint;
        if (watched && stop.Watch != WatchKind.None) TellWatch(ref exception, stop);
        return exception;
    }

    /// <summary>What NT would report of a processor that was stopped where it is.</summary>
    public ExceptionRecord Standstill() => new() { Code = NtStatus.Breakpoint, Address = ProgramCounter(_current), FirstChance = true };

    /// <summary>True where a watchpoint stops before the access is done, and not behind it.</summary>
    private protected virtual bool WatchStopsBefore => false;

    /// <summary>Adds to the exception of a watchpoint what the architecture's kernels tell of it.</summary>
    protected virtual void TellWatch(ref ExceptionRecord exception, StopReply stop)
    {
    }

    private void StepOff(int processor)
    {
        _client.Step(_client.Threads[processor]);
        if (_client.WaitForStop(s_stepPatience) is null) throw new GdbException($"The machine did not execute the watched instruction within {s_stepPatience.TotalSeconds:0} s.");
    }

    /// <summary>Restarts the machine, if its stub has a command for that (QEMU's monitor).</summary>
    public bool TryRestart()
    {
        RebootRequested = false;
        _lookedAt = null;
        _watched = null;
        if (!_client.IsQemu) return false;
        Monitor("system_reset");
        return true;
    }

    /// <summary>Leaves the machine running, without breakpoints.</summary>
    public void Leave()
    {
        foreach (ulong address in _breakpoints) _client.TryRemove(GdbBreakpointKind.Software, address, BreakpointSize);
        _breakpoints.Clear();
        foreach (StubRegisters processor in _processors) processor.Breakpoints.Disarm(_client);
        _client.Detach();
    }
}
