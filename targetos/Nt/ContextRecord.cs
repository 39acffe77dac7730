using System.Runtime.InteropServices;
using NetKd.TargetOs.Cpu;

namespace NetKd.TargetOs.Nt;

/// <summary>CONTEXT for amd64 (winnt.h): a thread's registers as debuggers read and write them.</summary>
[StructLayout(LayoutKind.Explicit, Size = 0x4D0)]
internal unsafe struct ContextRecord
{
    /// <summary>CONTEXT_AMD64 with control, integer, segments, floating point and debug registers.</summary>
    public const uint All = 0x10001F;

    private const int FloatingPointSize = 512;

    [FieldOffset(0x30)] public uint ContextFlags;
    [FieldOffset(0x34)] public uint MxCsr;
    [FieldOffset(0x38)] public ushort SegCs;
    [FieldOffset(0x3A)] public ushort SegDs;
    [FieldOffset(0x3C)] public ushort SegEs;
    [FieldOffset(0x3E)] public ushort SegFs;
    [FieldOffset(0x40)] public ushort SegGs;
    [FieldOffset(0x42)] public ushort SegSs;
    [FieldOffset(0x44)] public uint EFlags;
    [FieldOffset(0x48)] public ulong Dr0;
    [FieldOffset(0x50)] public ulong Dr1;
    [FieldOffset(0x58)] public ulong Dr2;
    [FieldOffset(0x60)] public ulong Dr3;
    [FieldOffset(0x68)] public ulong Dr6;
    [FieldOffset(0x70)] public ulong Dr7;
    [FieldOffset(0x78)] public ulong Rax;
    [FieldOffset(0x80)] public ulong Rcx;
    [FieldOffset(0x88)] public ulong Rdx;
    [FieldOffset(0x90)] public ulong Rbx;
    [FieldOffset(0x98)] public ulong Rsp;
    [FieldOffset(0xA0)] public ulong Rbp;
    [FieldOffset(0xA8)] public ulong Rsi;
    [FieldOffset(0xB0)] public ulong Rdi;
    [FieldOffset(0xB8)] public ulong R8;
    [FieldOffset(0xC0)] public ulong R9;
    [FieldOffset(0xC8)] public ulong R10;
    [FieldOffset(0xD0)] public ulong R11;
    [FieldOffset(0xD8)] public ulong R12;
    [FieldOffset(0xE0)] public ulong R13;
    [FieldOffset(0xE8)] public ulong R14;
    [FieldOffset(0xF0)] public ulong R15;
    [FieldOffset(0xF8)] public ulong Rip;
    [FieldOffset(0x100)] public fixed byte FltSave[FloatingPointSize];

    /// <summary>Takes a thread's registers from its trap frame, and the debug registers from where the debugger's entry put them.</summary>
    public void Capture(TrapFrame* frame, in SpecialRegisters special)
    {
        ContextFlags = All;
        MxCsr = frame->MxCsr;
        SegCs = (ushort)frame->SegCs;
        SegDs = frame->SegDs;
        SegEs = frame->SegEs;
        SegFs = frame->SegFs;
        SegGs = frame->SegGs;
        SegSs = (ushort)frame->SegSs;
        EFlags = (uint)frame->Rflags;
        Dr0 = special.KernelDr0;
        Dr1 = special.KernelDr1;
        Dr2 = special.KernelDr2;
        Dr3 = special.KernelDr3;
        Dr6 = special.KernelDr6;
        Dr7 = special.KernelDr7;
        Rax = frame->Rax;
        Rcx = frame->Rcx;
        Rdx = frame->Rdx;
        Rbx = frame->Rbx;
        Rsp = frame->Rsp;
        Rbp = frame->Rbp;
        Rsi = frame->Rsi;
        Rdi = frame->Rdi;
        R8 = frame->R8;
        R9 = frame->R9;
        R10 = frame->R10;
        R11 = frame->R11;
        R12 = frame->R12;
        R13 = frame->R13;
        R14 = frame->R14;
        R15 = frame->R15;
        Rip = frame->Rip;
        fixed (byte* save = FltSave) new ReadOnlySpan<byte>(frame->FloatingPoint, FloatingPointSize).CopyTo(new Span<byte>(save, FloatingPointSize));
    }

    /// <summary>
    /// Puts a debugger's registers into the frame to resume. Selectors stay: this kernel has one set, and a bad one would fault in the
    /// return from the trap. The debug registers are written through the special registers only, as on Windows.
    /// </summary>
    public void Apply(TrapFrame* frame)
    {
        frame->Rflags = (EFlags & WritableFlags) | Flags.Fixed;
        frame->Rax = Rax;
        frame->Rcx = Rcx;
        frame->Rdx = Rdx;
        frame->Rbx = Rbx;
        frame->Rsp = Rsp;
        frame->Rbp = Rbp;
        frame->Rsi = Rsi;
        frame->Rdi = Rdi;
        frame->R8 = R8;
        frame->R9 = R9;
        frame->R10 = R10;
        frame->R11 = R11;
        frame->R12 = R12;
        frame->R13 = R13;
        frame->R14 = R14;
        frame->R15 = R15;
        frame->Rip = Rip;
        fixed (byte* save = FltSave) new ReadOnlySpan<byte>(save, FloatingPointSize).CopyTo(new Span<byte>(frame->FloatingPoint, FloatingPointSize));

        // FXRSTOR faults on MXCSR bits that the processor does not have (Intel SDM volume 1, 11.6.6); all x64 ones have these.
        frame->MxCsr = MxCsr & 0xFFFF;
    }

    // The flags that IRET takes without meaning anything else: not VM, not NT, not the I/O level.
    private const uint WritableFlags = 0x0025_0FD5 & ~0x3000u;
}
