namespace NetKd.TargetOs.Debugger;

/// <summary>Why the kernel stops at DbgBreakPointWithStatus (DBG_STATUS values of Windows): the debugger words its message by it.</summary>
internal static class BreakStatus
{
    public const uint ControlC = 1;
    public const uint BugCheckFirst = 3;
    public const uint BugCheckSecond = 4;
}
