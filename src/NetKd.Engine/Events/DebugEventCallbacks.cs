using NetKd.Engine.Breakpoints;
using NetKd.Engine.Modules;

namespace NetKd.Engine.Events;

/// <summary>What a session does (DEBUG_SESSION_*).</summary>
public enum SessionStatus
{
    /// <summary>A target was acquired.</summary>
    Active = 0,
    /// <summary>The session ended, the target detached.</summary>
    EndDetach = 2,
    /// <summary>The session ended, the target left as it was.</summary>
    EndPassive = 3,
    /// <summary>The target restarted.</summary>
    Reboot = 5,
    /// <summary>The connection was lost.</summary>
    Failure = 7,
}

/// <summary>
/// Sees the events of a session and may decide what becomes of them. Called on the thread that waits, while the target is stopped
/// and the session accessible; a callback must not wait for events itself. Of several answers the one with the least execution wins
/// (facts: kernel-debugging-docs, B.4 and B.6).
/// </summary>
public abstract class DebugEventCallbacks
{
    /// <summary>A breakpoint was hit; stops unless told otherwise.</summary>
    public virtual ExecutionStatus OnBreakpoint(Breakpoint breakpoint) => ExecutionStatus.NoChange;

    /// <summary>An exception was raised; stops unless told otherwise.</summary>
    public virtual ExecutionStatus OnException(in ExceptionRecord exception) => ExecutionStatus.NoChange;

    /// <summary>A module was loaded; runs on unless told otherwise.</summary>
    public virtual ExecutionStatus OnLoadModule(Module module) => ExecutionStatus.NoChange;

    /// <summary>A module was unloaded; runs on unless told otherwise.</summary>
    public virtual ExecutionStatus OnUnloadModule(string imageName, ulong baseAddress) => ExecutionStatus.NoChange;

    /// <summary>The session began, ended, or its target restarted.</summary>
    public virtual void OnSessionStatus(SessionStatus status)
    {
    }

    /// <summary>The target stopped or runs, or something in it was changed.</summary>
    public virtual void OnExecutionStatus(ExecutionStatus status)
    {
    }
}
