namespace NetKd.BootConfig.Kdnet;

/// <summary>What of a target is debugged: the options of the documented kdnet.exe (facts: kernel-debugging-docs, C.9).</summary>
[Flags]
public enum KdnetStages
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>-b</c>: the boot manager.</summary>
    BootManager = 1,

    /// <summary><c>-w</c>: the operating system's loader.</summary>
    Loader = 2,

    /// <summary><c>-k</c>: the kernel.</summary>
    Kernel = 4,

    /// <summary><c>-h</c>: the hypervisor.</summary>
    Hypervisor = 8,
}
