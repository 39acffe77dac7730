namespace NetKd.Target.Simulation;

/// <summary>The registers of one simulated amd64 processor. Plain state; the machine's thread owns it.</summary>
public sealed class Amd64Processor
{
    /// <summary>Model-specific register IA32_STAR.</summary>
    public const uint MsrStar = 0xC000_0081;

    private readonly ulong[] _general = new ulong[16];

    /// <summary>Makes a processor with everything zero.</summary>
    public Amd64Processor(int number) => Number = number;

    /// <summary>Index of the processor.</summary>
    public int Number { get; }

    /// <summary>RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 to R15: the order of instruction encodings and of the CONTEXT record.</summary>
    public Span<ulong> General => _general;

    /// <summary>Instruction pointer.</summary>
    public ulong Rip { get; set; }

    /// <summary>RFLAGS.</summary>
    public ulong Flags { get; set; } = RFlags.AlwaysSet;

    /// <summary>Stack pointer.</summary>
    public ulong Rsp
    {
        get => _general[4];
        set => _general[4] = value;
    }

    /// <summary>CS, DS, ES, FS, GS, SS: the order of the CONTEXT record.</summary>
    public ushort[] Segments { get; } = new ushort[6];

    /// <summary>Debug registers.</summary>
    public DebugRegisters Debug { get; } = new DebugRegisters();

    /// <summary>CR0, CR2, CR3, CR4, CR8.</summary>
    public ulong Cr0, Cr2, Cr3, Cr4, Cr8;

    /// <summary>GDT and IDT: base addresses and limits.</summary>
    public ulong GdtBase, IdtBase;

    /// <summary>Limits in bytes, less one.</summary>
    public ushort GdtLimit, IdtLimit;

    /// <summary>Task register.</summary>
    public ushort TaskRegister { get; set; }

    /// <summary>Base of GS in the kernel: the KPCR; and the value SWAPGS exchanges it with.</summary>
    public ulong GsBase, GsSwap;

    /// <summary>Base of FS.</summary>
    public ulong FsBase { get; set; }

    /// <summary>STAR, LSTAR, CSTAR, FMASK: MSRs C0000081 to C0000084.</summary>
    public ulong[] SystemCallRegisters { get; } = new ulong[4];

    /// <summary>Control and status of SSE.</summary>
    public uint MxCsr { get; set; } = 0x1F80;

    /// <summary>XMM0 to XMM15, 16 bytes each.</summary>
    public byte[] Vectors { get; } = new byte[256];

    /// <summary>Time stamp counter: one per instruction.</summary>
    public ulong TimeStamp { get; set; }

    /// <summary>True while the processor waits in HLT for an interrupt.</summary>
    public bool IsWaiting { get; set; }
}
