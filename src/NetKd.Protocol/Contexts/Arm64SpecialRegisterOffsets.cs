namespace NetKd.Protocol.Contexts;

/// <summary>
/// Byte offsets in KSPECIAL_REGISTERS of arm64, set 2 of control space: layout as published in kernel symbols; debuggers ask for all of it
/// (facts: kdnet-wire, section 5).
/// </summary>
public static class Arm64SpecialRegisterOffsets
{
    /// <summary>Bytes that debuggers ask for.</summary>
    public const int Size = 0xa0;
    /// <summary>ELR_EL1 u64.</summary>
    public const int ElrEl1 = 0x00;
    /// <summary>SPSR_EL1 u32.</summary>
    public const int SpsrEl1 = 0x08;
    /// <summary>TPIDR_EL0 u64.</summary>
    public const int TpidrEl0 = 0x10;
    /// <summary>TPIDRRO_EL0 u64.</summary>
    public const int TpidrroEl0 = 0x18;
    /// <summary>TPIDR_EL1 u64.</summary>
    public const int TpidrEl1 = 0x20;
    /// <summary>The addresses of breakpoints, <see cref="Breakpoints"/> of u64.</summary>
    public const int KernelBvr = 0x28;
    /// <summary>The controls of breakpoints, u32 each.</summary>
    public const int KernelBcr = 0x68;
    /// <summary>The addresses of watchpoints, <see cref="Watchpoints"/> of u64.</summary>
    public const int KernelWvr = 0x88;
    /// <summary>The controls of watchpoints, u32 each.</summary>
    public const int KernelWcr = 0x98;

    /// <summary>Breakpoints that the records hold.</summary>
    public const int Breakpoints = 8;
    /// <summary>Watchpoints that the records hold.</summary>
    public const int Watchpoints = 2;
}
