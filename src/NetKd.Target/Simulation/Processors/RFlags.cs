namespace NetKd.Target.Simulation;

/// <summary>Bits of RFLAGS (Intel SDM volume 1, section 3.4.3).</summary>
public static class RFlags
{
    /// <summary>CF.</summary>
    public const ulong Carry = 1;
    /// <summary>Bit 1, which reads as one.</summary>
    public const ulong AlwaysSet = 2;
    /// <summary>PF.</summary>
    public const ulong Parity = 4;
    /// <summary>AF.</summary>
    public const ulong Adjust = 0x10;
    /// <summary>ZF.</summary>
    public const ulong Zero = 0x40;
    /// <summary>SF.</summary>
    public const ulong Sign = 0x80;
    /// <summary>TF: trap after the next instruction.</summary>
    public const ulong Trap = 0x100;
    /// <summary>IF.</summary>
    public const ulong Interrupt = 0x200;
    /// <summary>DF.</summary>
    public const ulong Direction = 0x400;
    /// <summary>OF.</summary>
    public const ulong Overflow = 0x800;
    /// <summary>RF: the next instruction ignores execute breakpoints.</summary>
    public const ulong Resume = 0x1_0000;
    /// <summary>The six flags that arithmetic sets.</summary>
    public const ulong Arithmetic = Carry | Parity | Adjust | Zero | Sign | Overflow;
    /// <summary>What POPFQ and IRETQ may change.</summary>
    public const ulong Settable = Arithmetic | Trap | Interrupt | Direction | 0x3000 | 0x4000 | 0x4_0000 | 0x20_0000;
}
