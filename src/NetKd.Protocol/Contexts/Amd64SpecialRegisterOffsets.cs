namespace NetKd.Protocol.Contexts;

/// <summary>
/// Byte offsets in KSPECIAL_REGISTERS of amd64, set 2 of control space: layout as published in kernel symbols and used by the
/// engine's requests (facts: kdnet-wire, section 5).
/// </summary>
public static class Amd64SpecialRegisterOffsets
{
    /// <summary>Bytes that debuggers ask for.</summary>
    public const int Size = 0xe0;
    /// <summary>CR0.</summary>
    public const int Cr0 = 0x00;
    /// <summary>CR2.</summary>
    public const int Cr2 = 0x08;
    /// <summary>CR3.</summary>
    public const int Cr3 = 0x10;
    /// <summary>CR4.</summary>
    public const int Cr4 = 0x18;
    /// <summary>The kernel's DR0; DR1, DR2, DR3 follow.</summary>
    public const int KernelDr0 = 0x20;
    /// <summary>The kernel's DR6.</summary>
    public const int KernelDr6 = 0x40;
    /// <summary>The kernel's DR7.</summary>
    public const int KernelDr7 = 0x48;
    /// <summary>GDT limit u16.</summary>
    public const int GdtrLimit = 0x56;
    /// <summary>GDT base u64.</summary>
    public const int GdtrBase = 0x58;
    /// <summary>IDT limit u16.</summary>
    public const int IdtrLimit = 0x66;
    /// <summary>IDT base u64.</summary>
    public const int IdtrBase = 0x68;
    /// <summary>Task register u16.</summary>
    public const int Tr = 0x70;
    /// <summary>Local descriptor table register u16.</summary>
    public const int Ldtr = 0x72;
    /// <summary>MXCSR u32.</summary>
    public const int MxCsr = 0x74;
    /// <summary>CR8.</summary>
    public const int Cr8 = 0xa0;
    /// <summary>MSR C0000101.</summary>
    public const int MsrGsBase = 0xa8;
    /// <summary>MSR C0000102.</summary>
    public const int MsrGsSwap = 0xb0;
    /// <summary>MSR C0000081.</summary>
    public const int MsrStar = 0xb8;
    /// <summary>MSR C0000082.</summary>
    public const int MsrLStar = 0xc0;
    /// <summary>MSR C0000083.</summary>
    public const int MsrCStar = 0xc8;
    /// <summary>MSR C0000084.</summary>
    public const int MsrSyscallMask = 0xd0;
}
