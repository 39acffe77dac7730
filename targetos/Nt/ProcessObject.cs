using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Nt;

/// <summary>KPROCESS inside EPROCESS, at the offsets of Windows 10 build 19041 (its public symbols).</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct ProcessObject
{
    public const int Size = 0xA40;
    public const int DirectoryTableBaseOffset = 0x28;
    public const int PebOffset = 0x550;
    public const int ParentOffset = 0x540;

    /// <summary>KOBJECTS.ProcessObject, the type byte of the dispatcher header.</summary>
    public const byte ObjectType = 3;

    [FieldOffset(0x00)] public byte Type;
    [FieldOffset(DirectoryTableBaseOffset)] public ulong DirectoryTableBase;
    [FieldOffset(0x30)] public ListEntry SchedulerThreads;
    [FieldOffset(0x440)] public ulong UniqueProcessId;
    [FieldOffset(0x448)] public ListEntry ActiveProcessLinks;
    [FieldOffset(ParentOffset)] public ulong InheritedFromUniqueProcessId;
    [FieldOffset(PebOffset)] public ulong Peb;
    [FieldOffset(0x5A8)] public fixed byte ImageFileName[15];
    [FieldOffset(0x5E0)] public ListEntry Threads;
}
