using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Cpu;

/// <summary>All of an interrupted thread's registers, as TrapCommon in cpu.S leaves them on the stack.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct TrapFrame
{
    /// <summary>Bytes up to and including the processor's part.</summary>
    public const int Size = 704;

    /// <summary>FXSAVE image (Intel SDM volume 1, 10.5.1).</summary>
    [FieldOffset(0)] public fixed byte FloatingPoint[512];

    [FieldOffset(512)] public ushort SegDs;
    [FieldOffset(514)] public ushort SegEs;
    [FieldOffset(516)] public ushort SegFs;
    [FieldOffset(518)] public ushort SegGs;
    [FieldOffset(528)] public ulong R15;
    [FieldOffset(536)] public ulong R14;
    [FieldOffset(544)] public ulong R13;
    [FieldOffset(552)] public ulong R12;
    [FieldOffset(560)] public ulong R11;
    [FieldOffset(568)] public ulong R10;
    [FieldOffset(576)] public ulong R9;
    [FieldOffset(584)] public ulong R8;
    [FieldOffset(592)] public ulong Rdi;
    [FieldOffset(600)] public ulong Rsi;
    [FieldOffset(608)] public ulong Rbp;
    [FieldOffset(616)] public ulong Rbx;
    [FieldOffset(624)] public ulong Rdx;
    [FieldOffset(632)] public ulong Rcx;
    [FieldOffset(640)] public ulong Rax;
    [FieldOffset(648)] public ulong Vector;
    [FieldOffset(656)] public ulong ErrorCode;
    [FieldOffset(664)] public ulong Rip;
    [FieldOffset(672)] public ulong SegCs;
    [FieldOffset(680)] public ulong Rflags;
    [FieldOffset(688)] public ulong Rsp;
    [FieldOffset(696)] public ulong SegSs;

    /// <summary>MXCSR inside the FXSAVE image.</summary>
    public uint MxCsr
    {
        get
        {
            fixed (byte* image = FloatingPoint) return *(uint*)(image + 24);
        }
        set
        {
            fixed (byte* image = FloatingPoint) *(uint*)(image + 24) = value;
        }
    }
}
