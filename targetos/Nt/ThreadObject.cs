using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Nt;

/// <summary>KTHREAD inside ETHREAD, at the offsets of Windows 10 build 19041 (its public symbols).</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct ThreadObject
{
    public const int Size = 0x898;
    public const int InitialStackOffset = 0x28;
    public const int StackLimitOffset = 0x30;
    public const int StackBaseOffset = 0x38;
    public const int KernelStackOffset = 0x58;
    public const int ProcessOffset = 0xB8;
    public const int TebOffset = 0xF0;
    public const int StateOffset = 0x184;
    public const int NextProcessorOffset = 0x218;
    public const int WaitReasonOffset = 0x283;

    /// <summary>KOBJECTS.ThreadObject, the type byte of the dispatcher header.</summary>
    public const byte ObjectType = 6;

    public const byte StateReady = 1;
    public const byte StateRunning = 2;
    public const byte StateWaiting = 5;

    [FieldOffset(0x00)] public byte Type;
    [FieldOffset(InitialStackOffset)] public ulong InitialStack;
    [FieldOffset(StackLimitOffset)] public ulong StackLimit;
    [FieldOffset(StackBaseOffset)] public ulong StackBase;
    [FieldOffset(KernelStackOffset)] public ulong KernelStack;
    [FieldOffset(ProcessOffset)] public ProcessObject* Process;
    [FieldOffset(TebOffset)] public ulong Teb;
    [FieldOffset(StateOffset)] public byte State;
    [FieldOffset(NextProcessorOffset)] public uint NextProcessor;
    [FieldOffset(WaitReasonOffset)] public byte WaitReason;
    [FieldOffset(0x2F8)] public ListEntry SchedulerListEntry;
    [FieldOffset(0x478)] public ulong UniqueProcess;
    [FieldOffset(0x480)] public ulong UniqueThread;
    [FieldOffset(0x4D0)] public ulong StartAddress;
    [FieldOffset(0x4E8)] public ListEntry ThreadListEntry;
}
