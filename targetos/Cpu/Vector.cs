namespace NetKd.TargetOs.Cpu;

/// <summary>Interrupt vectors: the processor's (Intel SDM volume 3, "Exception and Interrupt Reference") and this kernel's.</summary>
internal static class Vector
{
    public const int DivideError = 0;
    public const int Debug = 1;
    public const int NonMaskable = 2;
    public const int Breakpoint = 3;
    public const int Overflow = 4;
    public const int BoundRange = 5;
    public const int InvalidOpcode = 6;
    public const int DoubleFault = 8;
    public const int GeneralProtection = 13;
    public const int PageFault = 14;
    public const int FloatingPoint = 16;
    public const int AlignmentCheck = 17;
    public const int MachineCheck = 18;
    public const int Simd = 19;

    public const int Timer = 0x30;

    /// <summary>A thread gives up its turn: Yield in cpu.S.</summary>
    public const int Yield = 0x31;

    public const int Spurious = 0x3F;

    /// <summary>How many stubs cpu.S has.</summary>
    public const int Count = 64;
}
