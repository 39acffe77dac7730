namespace NetKd.TargetOs.Cpu;

/// <summary>Bits of RFLAGS (Intel SDM volume 1, 3.4.3).</summary>
internal static class Flags
{
    /// <summary>Bit 1, always set.</summary>
    public const ulong Fixed = 1 << 1;

    /// <summary>TF: #DB after the next instruction.</summary>
    public const ulong Trap = 1 << 8;

    /// <summary>IF.</summary>
    public const ulong InterruptEnable = 1 << 9;

    /// <summary>RF: no execute-breakpoint #DB for the next instruction.</summary>
    public const ulong Resume = 1 << 16;
}
