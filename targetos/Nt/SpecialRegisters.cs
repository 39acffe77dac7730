using System.Runtime.InteropServices;
using NetKd.TargetOs.Cpu;

namespace NetKd.TargetOs.Nt;

/// <summary>
/// KSPECIAL_REGISTERS for amd64: control space set 2 (facts: kdnet-wire section 5; layout in the public Windows symbols). The home of
/// the debug registers as far as a debugger is concerned.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 0xF0)]
internal unsafe struct SpecialRegisters
{
    [FieldOffset(0x00)] public ulong Cr0;
    [FieldOffset(0x08)] public ulong Cr2;
    [FieldOffset(0x10)] public ulong Cr3;
    [FieldOffset(0x18)] public ulong Cr4;
    [FieldOffset(0x20)] public ulong KernelDr0;
    [FieldOffset(0x28)] public ulong KernelDr1;
    [FieldOffset(0x30)] public ulong KernelDr2;
    [FieldOffset(0x38)] public ulong KernelDr3;
    [FieldOffset(0x40)] public ulong KernelDr6;
    [FieldOffset(0x48)] public ulong KernelDr7;
    [FieldOffset(0x56)] public DescriptorRegister Gdtr;
    [FieldOffset(0x66)] public DescriptorRegister Idtr;
    [FieldOffset(0x70)] public ushort Tr;
    [FieldOffset(0x72)] public ushort Ldtr;
    [FieldOffset(0x74)] public uint MxCsr;
    [FieldOffset(0x78)] public ulong DebugControl;
    [FieldOffset(0x80)] public ulong LastBranchToRip;
    [FieldOffset(0x88)] public ulong LastBranchFromRip;
    [FieldOffset(0x90)] public ulong LastExceptionToRip;
    [FieldOffset(0x98)] public ulong LastExceptionFromRip;
    [FieldOffset(0xA0)] public ulong Cr8;
    [FieldOffset(0xA8)] public ulong MsrGsBase;
    [FieldOffset(0xB0)] public ulong MsrGsSwap;
    [FieldOffset(0xB8)] public ulong MsrStar;
    [FieldOffset(0xC0)] public ulong MsrLStar;
    [FieldOffset(0xC8)] public ulong MsrCStar;
    [FieldOffset(0xD0)] public ulong MsrSyscallMask;
    [FieldOffset(0xD8)] public ulong Xcr0;
    [FieldOffset(0xE0)] public ulong MsrFsBase;

    // Intel SDM volume 4, table 2-2.
    private const uint DebugControlRegister = 0x1D9;
    private const uint Star = 0xC0000081;
    private const uint LStar = 0xC0000082;
    private const uint CStar = 0xC0000083;
    private const uint SyscallMask = 0xC0000084;
    private const uint FsBase = 0xC0000100;
    private const uint GsBase = 0xC0000101;
    private const uint KernelGsBase = 0xC0000102;

    /// <summary>Reads everything but the debug registers, which the debugger's entry has put aside.</summary>
    public void Capture()
    {
        Cr0 = Processor.ReadCr0();
        Cr2 = Processor.ReadCr2();
        Cr3 = Processor.ReadCr3();
        Cr4 = Processor.ReadCr4();
        Cr8 = Processor.ReadCr8();
        DescriptorRegister register;
        Processor.StoreGlobalTable(&register);
        Gdtr = register;
        Processor.StoreInterruptTable(&register);
        Idtr = register;
        Tr = Processor.ReadTaskRegister();
        MxCsr = Processor.ReadMxCsr();
        DebugControl = Processor.ReadMsr(DebugControlRegister);
        MsrGsBase = Processor.ReadMsr(GsBase);
        MsrGsSwap = Processor.ReadMsr(KernelGsBase);
        MsrFsBase = Processor.ReadMsr(FsBase);
        MsrStar = Processor.ReadMsr(Star);
        MsrLStar = Processor.ReadMsr(LStar);
        MsrCStar = Processor.ReadMsr(CStar);
        MsrSyscallMask = Processor.ReadMsr(SyscallMask);
    }

    /// <summary>
    /// Loads what a debugger changed. Unchanged registers are left alone: a debugger writes back all of them at every go, and a
    /// control register written for nothing costs a TLB, or a fault when it holds a bit that only the processor may set.
    /// </summary>
    public readonly void Apply(in SpecialRegisters before)
    {
        if (Cr0 != before.Cr0) Processor.WriteCr0(Cr0);
        if (Cr2 != before.Cr2) Processor.WriteCr2(Cr2);
        if (Cr3 != before.Cr3) Processor.WriteCr3(Cr3);
        if (Cr4 != before.Cr4) Processor.WriteCr4(Cr4);
        if (Cr8 != before.Cr8) Processor.WriteCr8(Cr8 & 15);
        ApplyMsr(GsBase, MsrGsBase, before.MsrGsBase);
        ApplyMsr(KernelGsBase, MsrGsSwap, before.MsrGsSwap);
        ApplyMsr(FsBase, MsrFsBase, before.MsrFsBase);
        ApplyMsr(Star, MsrStar, before.MsrStar);
        ApplyMsr(LStar, MsrLStar, before.MsrLStar);
        ApplyMsr(CStar, MsrCStar, before.MsrCStar);
        ApplyMsr(SyscallMask, MsrSyscallMask, before.MsrSyscallMask);
        ApplyMsr(DebugControlRegister, DebugControl, before.DebugControl);
    }

    private static void ApplyMsr(uint register, ulong value, ulong before)
    {
        if (value != before) _ = Processor.TryWriteMsr(register, value);
    }
}
