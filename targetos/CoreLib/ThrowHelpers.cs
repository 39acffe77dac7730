using NetKd.TargetOs.Debugger;

namespace Internal.Runtime.CompilerHelpers;

/// <summary>
/// Where compiled code goes when a runtime check fails. There is no exception handling here: such a failure is a defect of
/// this kernel, and stops it with a bug check that a debugger can look at.
/// </summary>
internal static class ThrowHelpers
{
    public static void ThrowIndexOutOfRangeException() => BugCheck.Stop(BugCheck.RuntimeCheckFailed, 1, 0, 0, 0);

    public static void ThrowNullReferenceException() => BugCheck.Stop(BugCheck.RuntimeCheckFailed, 2, 0, 0, 0);

    public static void ThrowOverflowException() => BugCheck.Stop(BugCheck.RuntimeCheckFailed, 3, 0, 0, 0);

    public static void ThrowDivideByZeroException() => BugCheck.Stop(BugCheck.RuntimeCheckFailed, 4, 0, 0, 0);

    public static void ThrowArrayTypeMismatchException() => BugCheck.Stop(BugCheck.RuntimeCheckFailed, 5, 0, 0, 0);
}
