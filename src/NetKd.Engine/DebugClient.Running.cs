using NetKd.Engine.Breakpoints;
using NetKd.Engine.Events;
using NetKd.Engine.Session;
using NetKd.Engine.Stepping;

namespace NetKd.Engine;

/// <summary>Letting the target run: going, stepping into, stepping over, and off a breakpoint.</summary>
public sealed partial class DebugClient
{
    private ExecutionStatus _resumeStatus = ExecutionStatus.Go;
    private bool _resumePending;
    private bool _steppingOff;
    private ulong _stepThread;
    private ulong _stepStackPointer;
    private ulong _eventThread;
    private uint _lastExceptionCode;

    /// <summary>
    /// Says how the target is to run; <see cref="WaitForEventAsync"/> then lets it.
    /// </summary>
    /// <param name="status">Go, GoHandled, GoNotHandled, StepInto or StepOver.</param>
    /// <exception cref="DebugException">There is no target (E_UNEXPECTED), it runs already (E_ACCESSDENIED), or another status (E_INVALIDARG).</exception>
    public void SetExecutionStatus(ExecutionStatus status)
    {
        if (_link is null || _status == ExecutionStatus.NoDebuggee) throw NoTarget();
        if (_status != ExecutionStatus.Break) throw new DebugException(DebugException.AccessDenied, "The target is running already.");
        RequireHaltable("Execution is");
        if (status is not (ExecutionStatus.Go or ExecutionStatus.GoHandled or ExecutionStatus.GoNotHandled or ExecutionStatus.StepInto or ExecutionStatus.StepOver))
            throw new DebugException(DebugException.InvalidArgument, $"A target cannot be told to {status}.");
        _resumeStatus = status;
        _resumePending = true;
        _status = status is ExecutionStatus.StepInto or ExecutionStatus.StepOver ? status : ExecutionStatus.Go;
    }

    /// <summary>Restarts the target's machine (.reboot). The next wait takes the target back when it has booted.</summary>
    public void Reboot() => PostFinal("Restarting the machine is", ManipulateApi.DbgKdRebootApi, 0);

    /// <summary>Stops the target with a bug check of MANUALLY_INITIATED_CRASH (.crash). The next wait reports it.</summary>
    public void Crash() => PostFinal("Crashing the machine is", ManipulateApi.DbgKdCauseBugCheckApi, 0xE2);

    /// <summary>
    /// Runs as <see cref="SetExecutionStatus"/> said. True when that was done without running: a step from a compiled-in breakpoint
    /// only moves the program counter past it.
    /// </summary>
    private bool Resume()
    {
        _resumePending = false;
        _handlingEvent = true;
        try
        {
            bool wasHard = StepPastHardBreakpoint();
            if (wasHard && _resumeStatus is ExecutionStatus.StepInto or ExecutionStatus.StepOver)
                return Stop(LastEvent! with { Kind = DebugEventKind.Step, ProgramCounter = Registers.InstructionPointer, Breakpoint = null, Time = DateTimeOffset.Now });

            ulong counter = Registers.InstructionPointer;
            if (_resumeStatus == ExecutionStatus.StepOver && CallSkip.TryFindReturn(this, counter, out ulong after))
            {
                _insertion.Temporary = after;
                _stepThread = _eventThread;
                _stepStackPointer = Registers.StackPointer;
            }

            Run(counter);
            return false;
        }
        catch
        {
            _status = ExecutionStatus.Break;
            throw;
        }
        finally
        {
            _handlingEvent = false;
        }
    }

    private void Run(ulong counter)
    {
        _insertion.ClearStale();
        bool single = _resumeStatus is ExecutionStatus.StepInto or ExecutionStatus.StepOver && _insertion.Temporary is null;
        bool onBreakpoint = Breakpoints.Any(b => b is { Kind: BreakpointKind.Code, IsEnabled: true, IsResolved: true } && b.Address == counter);
        _steppingOff = onBreakpoint && !single;
        _insertion.ArmDebugRegisters();
        Registers.Flush();
        // One instruction of one processor needs no breakpoints: it stops by itself. With others running they are armed.
        bool trace = single || _steppingOff;
        if (!trace || Processors.Count > 1) _insertion.Insert(except: trace ? counter : ulong.MaxValue);
        Continue(ContinueStatus(), trace);
    }

    // The instruction under the breakpoint has been executed: now the breakpoint can go in, and the target on.
    private bool StepOffDone()
    {
        _steppingOff = false;
        _insertion.Insert(except: ulong.MaxValue);
        Continue(NtStatus.DbgExceptionHandled, trace: false);
        return false;
    }

    /// <summary>Runs on after a stop that nobody is to see. Always false: there is nothing to report.</summary>
    private bool RunOn(ulong counter)
    {
        StepPastHardBreakpoint();
        ulong now = Registers.InstructionPointer;
        Run(now == 0 ? counter : now);
        return false;
    }

    private bool StepOverIsDone(in StateChange change)
    {
        // A deeper call of the same code, or another thread, may come by the place where the call returns to.
        return change.Thread == _stepThread && Registers.StackPointer >= _stepStackPointer;
    }

    /// <summary>
    /// Moves the program counter past a compiled-in breakpoint, which would stop the target again for ever
    /// (facts: kdnet-wire, section 5 and appendix B).
    /// </summary>
    private bool StepPastHardBreakpoint()
    {
        if (_lastExceptionCode != NtStatus.Breakpoint) return false;
        ulong counter = Registers.InstructionPointer;
        if (Breakpoints.Any(b => b is { Kind: BreakpointKind.Code, IsEnabled: true, IsResolved: true } && b.Address == counter)) return false;
        int length = HardBreakpoint.LengthAt(this, counter);
        if (length == 0) return false;
        Registers.InstructionPointer = counter + (ulong)length;
        return true;
    }

    private uint ContinueStatus() => _resumeStatus switch
    {
        ExecutionStatus.GoHandled => NtStatus.DbgExceptionHandled,
        ExecutionStatus.GoNotHandled => NtStatus.DbgExceptionNotHandled,
        // Plain g hands exceptions back to the target and swallows what the debugger itself caused (facts: kdnet-wire, section 4).
        ExecutionStatus.Go when _lastExceptionCode is not (NtStatus.Breakpoint or NtStatus.SingleStep or 0) => NtStatus.DbgExceptionNotHandled,
        _ => NtStatus.DbgExceptionHandled,
    };

    private void Continue(uint status, bool trace) => Post(ManipulateApi.DbgKdContinueApi2, status, trace);

    private void Post(ManipulateApi api, uint status, bool trace)
    {
        TargetCalls calls = _calls!;
        lock (calls.Turn)
        {
            Span<byte> request = calls.Begin(api, Processors.Current);
            ManipulateUnion.WriteUInt32(request, ManipulateUnion.ContinueStatus, status);
            if (api == ManipulateApi.DbgKdContinueApi2)
            {
                ContinueControl.Write(request, Target.MachineType, trace, _insertion.Dr7);
            }

            calls.Post();
        }

        Virtual.ForgetCache();
        Registers.Forget();
        if (_status == ExecutionStatus.Break) _status = ExecutionStatus.Go;
        foreach (DebugEventCallbacks callbacks in _callbacks) callbacks.OnExecutionStatus(_status);
    }

    private void PostFinal(string what, ManipulateApi api, uint code)
    {
        RequireHaltable(what);
        TargetCalls calls = Calls;
        Registers.Flush();
        lock (calls.Turn)
        {
            Span<byte> request = calls.Begin(api);
            ManipulateUnion.WriteUInt32(request, ManipulateUnion.BugCheckCode, code);
            calls.Post();
        }

        Virtual.ForgetCache();
        Registers.Forget();
        _resumePending = false;
        _status = ExecutionStatus.Go;
    }
}
