namespace NetKd.Target.Bridge;

/// <summary>Offsets in a KPCR of 32-bit kernels, as published in kernel symbols.</summary>
internal static class X86ControlRegionOffsets
{
    /// <summary>Address of itself.</summary>
    public const int Self = 0x1C;

    /// <summary>Address of its KPRCB.</summary>
    public const int CurrentBlock = 0x20;

    /// <summary>Address of the interrupt table.</summary>
    public const int Interrupts = 0x38;

    /// <summary>Address of the descriptor table.</summary>
    public const int Descriptors = 0x3C;

    /// <summary>The KPRCB that it holds.</summary>
    public const int Block = 0x120;
}
