using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Nt;

/// <summary>KLDR_DATA_TABLE_ENTRY for x64: one module in PsLoadedModuleList. Public layout (Windows symbols).</summary>
[StructLayout(LayoutKind.Explicit, Size = 0xA0)]
internal unsafe struct LoadedModule
{
    [FieldOffset(0x00)] public ListEntry InLoadOrderLinks;
    [FieldOffset(0x10)] public ulong ExceptionTable;
    [FieldOffset(0x18)] public uint ExceptionTableSize;
    [FieldOffset(0x30)] public ulong DllBase;
    [FieldOffset(0x38)] public ulong EntryPoint;
    [FieldOffset(0x40)] public uint SizeOfImage;
    [FieldOffset(0x48)] public UnicodeString FullDllName;
    [FieldOffset(0x58)] public UnicodeString BaseDllName;
    [FieldOffset(0x68)] public uint Flags;
    [FieldOffset(0x6C)] public ushort LoadCount;
    [FieldOffset(0x78)] public uint CheckSum;
    [FieldOffset(0x9C)] public uint TimeDateStamp;
}
