using System.Buffers.Binary;
using System.Text;
using NetKd.Symbols.Images;

namespace NetKd.Target.Bridge;

/// <summary>A kernel with NT's structures that runs in the machine, as its debugger data block describes it (facts: kdnet-wire, appendix A).</summary>
/// <param name="Base">Address of its image.</param>
/// <param name="LoadedModuleList">Address of its module list's head.</param>
/// <param name="DebuggerDataList">Address of the list head that leads to its debugger data block.</param>
/// <param name="BuildNumber">Its build number.</param>
/// <param name="ProcessorBlocks">Address of the array of pointers to each processor's KPRCB; 0 when the block does not say.</param>
/// <param name="BlockOffset">Offset of the KPRCB within the KPCR.</param>
/// <param name="ThreadOffset">Offset of the current thread within the KPRCB.</param>
/// <param name="PointerSize">Bytes of a pointer.</param>
public sealed record GuestKernel(
    ulong Base, ulong LoadedModuleList, ulong DebuggerDataList, ushort BuildNumber, ulong ProcessorBlocks, ushort BlockOffset, ushort ThreadOffset, int PointerSize)
{
    private const int BlockTag = 0x10;
    private const int BlockKernelBase = 0x18;
    private const int BlockModuleList = 0x48;
    private const int BlockBuildLab = 0x208;
    private const int BlockProcessors = 0x218;
    private const int BlockThreadOffset = 0x2b4;
    private const int BlockRegionOffset = 0x2e6;
    private const int BlockRead = 0x2e8;
    private const int MaxScanned = 32 << 20;
    private const int PieceSize = 64 * 1024;
    private const ushort UnknownBuild = 19041;

    /// <summary>Looks for the debugger data block in an image; null when it has none, or one that is scrambled (a Windows that was not booted with debug on).</summary>
    public static GuestKernel? Find(GuestMemory memory, PeImage image, int pointerSize)
    {
        byte[] piece = new byte[PieceSize + BlockRead];
        uint end = Math.Min(image.Size, MaxScanned);
        for (uint offset = 0; offset < end; offset += PieceSize)
        {
            int read = memory.Read(image.Base + offset, piece);
            for (int at = 0; at + BlockTag + 4 <= read && at < PieceSize; at += 8)
            {
                if (!piece.AsSpan(at + BlockTag).StartsWith("KDBG"u8)) continue;
                if (Read(memory, image, image.Base + offset + (uint)at, pointerSize) is { } kernel) return kernel;
            }
        }

        return null;
    }

    /// <summary>Address of a processor's KPRCB; 0 for one that the kernel has not started.</summary>
    public ulong ControlBlock(GuestMemory memory, int processor) =>
        ProcessorBlocks == 0 ? 0 : memory.ReadPointer(ProcessorBlocks + (ulong)(processor * PointerSize), PointerSize);

    /// <summary>Address of a processor's KPCR; 0 for one that the kernel has not started.</summary>
    public ulong ControlRegion(GuestMemory memory, int processor) => ControlBlock(memory, processor) is > 0 and var block ? block - BlockOffset : 0;

    /// <summary>Address of the thread that a processor runs; 0 when nobody knows.</summary>
    public ulong CurrentThread(GuestMemory memory, int processor) =>
        ControlBlock(memory, processor) is > 0 and var block ? memory.ReadPointer(block + ThreadOffset, PointerSize) : 0;

    private static GuestKernel? Read(GuestMemory memory, PeImage image, ulong address, int pointerSize)
    {
        Span<byte> block = stackalloc byte[BlockRead];
        if (memory.Read(address, block) != BlockRead || GuestMemory.ToPointer(block[BlockKernelBase..], pointerSize) != image.Base) return null;
        // The first field is a list entry of the kernel's own pointers, whatever the others are.
        ulong list = GuestMemory.ToPointer(block, pointerSize);
        if (memory.ReadPointer(list, pointerSize) != address) return null;
        return new GuestKernel(
            image.Base, GuestMemory.ToPointer(block[BlockModuleList..], pointerSize), list, ReadBuild(memory, GuestMemory.ToPointer(block[BlockBuildLab..], pointerSize)),
            GuestMemory.ToPointer(block[BlockProcessors..], pointerSize), BinaryPrimitives.ReadUInt16LittleEndian(block[BlockRegionOffset..]),
            BinaryPrimitives.ReadUInt16LittleEndian(block[BlockThreadOffset..]), pointerSize);
    }

    // The build lab's text begins with the build number.
    private static ushort ReadBuild(GuestMemory memory, ulong address)
    {
        Span<byte> text = stackalloc byte[16];
        int length = memory.Read(address, text);
        int dot = text[..length].IndexOf((byte)'.');
        return dot > 0 && ushort.TryParse(Encoding.ASCII.GetString(text[..dot]), out ushort build) ? build : UnknownBuild;
    }
}
