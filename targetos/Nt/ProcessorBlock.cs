using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Nt;

/// <summary>KPRCB: the processor's block, as far as a debugger looks at it. Offsets are published in <see cref="DebuggerData"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct ProcessorBlock
{
    public const int Size = 0x880;
    public const int CurrentThreadOffset = 0x08;
    public const int IdleThreadOffset = 0x18;
    public const int NumberOffset = 0x24;
    public const int CpuTypeOffset = 0x40;
    public const int MegahertzOffset = 0x44;
    public const int SpecialRegistersOffset = 0x100;
    public const int ContextOffset = 0x1F0;
    public const int ContextPointerOffset = 0x6C0;
    public const int VendorOffset = 0x6E0;

    [FieldOffset(CurrentThreadOffset)] public ThreadObject* CurrentThread;
    [FieldOffset(0x10)] public ThreadObject* NextThread;
    [FieldOffset(IdleThreadOffset)] public ThreadObject* IdleThread;
    [FieldOffset(NumberOffset)] public uint Number;
    [FieldOffset(CpuTypeOffset)] public byte Family;
    [FieldOffset(0x41)] public byte HasCpuId;
    [FieldOffset(0x42)] public byte Stepping;
    [FieldOffset(0x43)] public byte Model;
    [FieldOffset(MegahertzOffset)] public uint Megahertz;
    [FieldOffset(SpecialRegistersOffset)] public SpecialRegisters Special;
    [FieldOffset(ContextOffset)] public ContextRecord Context;

    /// <summary>Points to <see cref="Context"/>: newer debuggers read the context through it.</summary>
    [FieldOffset(ContextPointerOffset)] public ContextRecord* ContextPointer;

    /// <summary>"GenuineIntel" or the like, with a terminator.</summary>
    [FieldOffset(VendorOffset)] public fixed byte Vendor[16];
}
