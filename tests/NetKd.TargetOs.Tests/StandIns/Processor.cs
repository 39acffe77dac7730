namespace NetKd.TargetOs.Cpu;

/// <summary>The two instructions that the network uses.</summary>
internal static class Processor
{
    /// <summary>RDTSC: here a constant, so that runs are alike.</summary>
    public static ulong ReadTimeStamp() => 0x1234_5678;

    /// <summary>PAUSE.</summary>
    public static void Pause()
    {
    }
}
