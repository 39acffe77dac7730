namespace NetKd.Protocol.Contexts;

/// <summary>
/// Byte offsets in KSPECIAL_REGISTERS of 32-bit x86: layout as published in kernel symbols. Control space of x86 has no sets: an address there is an
/// offset into the processor's state, of which a CONTEXT record is the first part and this the second.
/// </summary>
public static class X86SpecialRegisterOffsets
{
    /// <summary>Where it stands in control space: behind the CONTEXT record.</summary>
    public const ulong Address = 0x2cc;
    /// <summary>Bytes.</summary>
    public const int Size = 0x54;
    /// <summary>CR0.</summary>
    public const int Cr0 = 0x00;
    /// <summary>CR2.</summary>
    public const int Cr2 = 0x04;
    /// <summary>CR3.</summary>
    public const int Cr3 = 0x08;
    /// <summary>CR4.</summary>
    public const int Cr4 = 0x0c;
    /// <summary>The kernel's DR0; DR1, DR2, DR3 follow.</summary>
    public const int KernelDr0 = 0x10;
    /// <summary>The kernel's DR6.</summary>
    public const int KernelDr6 = 0x20;
    /// <summary>The kernel's DR7.</summary>
    public const int KernelDr7 = 0x24;
    /// <summary>Limit of the descriptor table, u16.</summary>
    public const int GdtrLimit = 0x2A;
    /// <summary>Address of the descriptor table, u32.</summary>
    public const int GdtrBase = 0x2C;
    /// <summary>Limit of the interrupt table, u16.</summary>
    public const int IdtrLimit = 0x32;
    /// <summary>Address of the interrupt table, u32.</summary>
    public const int IdtrBase = 0x34;
}
