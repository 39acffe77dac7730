namespace NetKd.TargetOs.Cpu;

/// <summary>The machine's clock, set by the tests. A read costs a microsecond, so that every bounded wait ends.</summary>
internal static class Clock
{
    [ThreadStatic]
    private static long s_now;

    /// <summary>Microseconds.</summary>
    public static long Microseconds
    {
        get => ++s_now;
        set => s_now = value;
    }
}
