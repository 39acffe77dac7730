using System.Runtime;

namespace NetKd.TargetOs.Cpu;

/// <summary>Single processor instructions, written in cpu.S.</summary>
internal static unsafe class Processor
{
    [RuntimeImport("*", "ReadCr0"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadCr0();

    [RuntimeImport("*", "WriteCr0"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteCr0(ulong value);

    [RuntimeImport("*", "ReadCr2"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadCr2();

    [RuntimeImport("*", "WriteCr2"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteCr2(ulong value);

    [RuntimeImport("*", "ReadCr3"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadCr3();

    [RuntimeImport("*", "WriteCr3"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteCr3(ulong value);

    [RuntimeImport("*", "ReadCr4"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadCr4();

    [RuntimeImport("*", "WriteCr4"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteCr4(ulong value);

    [RuntimeImport("*", "ReadCr8"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadCr8();

    [RuntimeImport("*", "WriteCr8"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteCr8(ulong value);

    [RuntimeImport("*", "ReadDr0"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadDr0();

    [RuntimeImport("*", "WriteDr0"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteDr0(ulong value);

    [RuntimeImport("*", "ReadDr1"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadDr1();

    [RuntimeImport("*", "WriteDr1"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteDr1(ulong value);

    [RuntimeImport("*", "ReadDr2"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadDr2();

    [RuntimeImport("*", "WriteDr2"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteDr2(ulong value);

    [RuntimeImport("*", "ReadDr3"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadDr3();

    [RuntimeImport("*", "WriteDr3"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteDr3(ulong value);

    [RuntimeImport("*", "ReadDr6"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadDr6();

    [RuntimeImport("*", "WriteDr6"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteDr6(ulong value);

    [RuntimeImport("*", "ReadDr7"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadDr7();

    [RuntimeImport("*", "WriteDr7"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteDr7(ulong value);

    /// <summary>Reads a model-specific register; 0 when the processor refuses it with #GP.</summary>
    [RuntimeImport("*", "TryReadMsr"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern int TryReadMsr(uint register, ulong* value);

    /// <summary>Writes a model-specific register; 0 when the processor refuses it with #GP.</summary>
    [RuntimeImport("*", "TryWriteMsr"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern int TryWriteMsr(uint register, ulong value);

    [RuntimeImport("*", "ReadTimeStamp"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadTimeStamp();

    [RuntimeImport("*", "CpuId"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void CpuId(uint leaf, uint subleaf, uint* eaxEbxEcxEdx);

    [RuntimeImport("*", "Pause"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Pause();

    /// <summary>Enables interrupts and halts until one comes, without a gap between the two.</summary>
    [RuntimeImport("*", "WaitForInterrupt"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WaitForInterrupt();

    [RuntimeImport("*", "HaltForever"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void HaltForever();

    /// <summary>Masks interrupts and returns the flags as they were, for <see cref="RestoreFlags"/>.</summary>
    [RuntimeImport("*", "DisableInterrupts"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong DisableInterrupts();

    [RuntimeImport("*", "RestoreFlags"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void RestoreFlags(ulong flags);

    /// <summary>Gives the processor to the next thread, through the trap path.</summary>
    [RuntimeImport("*", "Yield"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Yield();

    [RuntimeImport("*", "ReadMxCsr"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint ReadMxCsr();

    [RuntimeImport("*", "LoadInterruptTable"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadInterruptTable(void* descriptor);

    /// <summary>Loads the GDT, every segment register and the task register.</summary>
    [RuntimeImport("*", "LoadSegments"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadSegments(void* descriptor, ushort taskSelector);

    [RuntimeImport("*", "StoreGlobalTable"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void StoreGlobalTable(void* descriptor);

    [RuntimeImport("*", "StoreInterruptTable"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void StoreInterruptTable(void* descriptor);

    [RuntimeImport("*", "ReadTaskRegister"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ushort ReadTaskRegister();

    /// <summary>Continues at another address on another stack. Does not return.</summary>
    [RuntimeImport("*", "EnterHigh"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void EnterHigh(ulong entry, ulong stackTop);

    /// <summary>Reads a model-specific register that exists on every x64 processor.</summary>
    public static ulong ReadMsr(uint register)
    {
        ulong value;
        return TryReadMsr(register, &value) != 0 ? value : 0;
    }
}
