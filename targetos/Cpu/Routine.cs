using System.Runtime;

namespace NetKd.TargetOs.Cpu;

/// <summary>Addresses of routines in cpu.S, as numbers for descriptors and frames.</summary>
internal static class Routine
{
    [RuntimeImport("*", "TrapStubAddress"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong TrapStubAddress(int vector);

    [RuntimeImport("*", "ThreadStartAddress"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ThreadStartAddress();

    [RuntimeImport("*", "HighEntryAddress"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong HighEntryAddress();

    [RuntimeImport("*", "DbgBreakPointWithStatusAddress"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong DbgBreakPointWithStatusAddress();

    [RuntimeImport("*", "MsrReadInstructionAddress"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong MsrReadInstructionAddress();

    [RuntimeImport("*", "MsrWriteInstructionAddress"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong MsrWriteInstructionAddress();

    [RuntimeImport("*", "MsrFaultAddress"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong MsrFaultAddress();
}
