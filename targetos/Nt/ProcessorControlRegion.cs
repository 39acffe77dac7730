using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Nt;

/// <summary>KPCR: the base of the GS segment; the processor's block lies inside it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct ProcessorControlRegion
{
    public const int Size = BlockOffset + ProcessorBlock.Size;
    public const int SelfOffset = 0x18;
    public const int CurrentBlockOffset = 0x20;
    public const int BlockOffset = 0x180;

    [FieldOffset(0x00)] public ulong GdtBase;
    [FieldOffset(SelfOffset)] public ProcessorControlRegion* Self;
    [FieldOffset(CurrentBlockOffset)] public ProcessorBlock* CurrentBlock;
    [FieldOffset(0x38)] public ulong IdtBase;
    [FieldOffset(0x60)] public ushort MajorVersion;
    [FieldOffset(0x62)] public ushort MinorVersion;
    [FieldOffset(BlockOffset)] public ProcessorBlock Block;
}
