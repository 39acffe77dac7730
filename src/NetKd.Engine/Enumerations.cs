namespace NetKd.Engine;

/// <summary>Which kernel to attach to (facts: kernel-debugging-docs, B.1).</summary>
public enum AttachKernelFlags
{
    /// <summary>A remote kernel through a connection string.</summary>
    KernelConnection = 0,
    /// <summary>The kernel of this machine.</summary>
    LocalKernel = 1,
    /// <summary>An eXDI driver.</summary>
    ExdiDriver = 2,
}

/// <summary>What a target does, or is told to do (DEBUG_STATUS_*; facts: kernel-debugging-docs, B.4).</summary>
public enum ExecutionStatus
{
    /// <summary>No opinion.</summary>
    NoChange = 0,
    /// <summary>Running; run.</summary>
    Go = 1,
    /// <summary>Run, the event is handled.</summary>
    GoHandled = 2,
    /// <summary>Run, the event is not handled.</summary>
    GoNotHandled = 3,
    /// <summary>Step over calls.</summary>
    StepOver = 4,
    /// <summary>Execute one instruction.</summary>
    StepInto = 5,
    /// <summary>Stopped; stop.</summary>
    Break = 6,
    /// <summary>No target yet, or no longer.</summary>
    NoDebuggee = 7,
    /// <summary>Run on the way it ran before.</summary>
    IgnoreEvent = 9,
}

/// <summary>What an interrupt asks for (DEBUG_INTERRUPT_*).</summary>
public enum InterruptKind
{
    /// <summary>Stop the running target; if it is stopped, cancel what the debugger does.</summary>
    Active = 0,
    /// <summary>Cancel what the debugger does.</summary>
    Passive = 1,
    /// <summary>Make a wait return and let the target run.</summary>
    Exit = 2,
}

/// <summary>How a session ends (DEBUG_END_*).</summary>
public enum EndSessionKind
{
    /// <summary>Clean up; the target stays as it is, without our breakpoints.</summary>
    Passive = 0,
    /// <summary>As <see cref="Passive"/> for a kernel: it is not ended.</summary>
    ActiveTerminate = 1,
    /// <summary>Take the breakpoints out and let the target run.</summary>
    ActiveDetach = 2,
    /// <summary>Drop the connection at once: the target keeps running or stays stopped, with our breakpoints in it.</summary>
    Reentrant = 3,
}

/// <summary>Kinds of output text (DEBUG_OUTPUT_*).</summary>
[Flags]
public enum OutputMask : uint
{
    /// <summary>Ordinary text.</summary>
    Normal = 0x1,
    /// <summary>Errors.</summary>
    Error = 0x2,
    /// <summary>Warnings.</summary>
    Warning = 0x4,
    /// <summary>Detail that the user asked for.</summary>
    Verbose = 0x8,
    /// <summary>Text of the target (DbgPrint).</summary>
    Debuggee = 0x80,
}

/// <summary>Text from the engine or the target.</summary>
/// <param name="mask">What kind of text.</param>
/// <param name="text">The text; with its line ends.</param>
public sealed class OutputEventArgs(OutputMask mask, string text) : EventArgs
{
    /// <summary>What kind of text.</summary>
    public OutputMask Mask { get; } = mask;

    /// <summary>The text; with its line ends.</summary>
    public string Text { get; } = text;
}
