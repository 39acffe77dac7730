using System.Buffers.Binary;
using System.Text;
using NetKd.Symbols.Images;

namespace NetKd.Target.Bridge;

/// <summary>A kernel with NT's structures that runs in the machine.</summary>
/// <param name="Base">Address of its image.</param>
/// <param name="LoadedModuleList">Address of its module list's head.</param>
/// <param name="DebuggerDataList">Address of the list head that leads to its debugger data block.</param>
/// <param name="BuildNumber">Its build number.</param>
public sealed record GuestKernel(ulong Base, ulong LoadedModuleList, ulong DebuggerDataList, ushort BuildNumber)
{
    private const int BlockTag = 0x10;
    private const int BlockKernelBase = 0x18;
    private const int BlockModuleList = 0x48;
    private const int BlockBuildLab = 0x208;
    private const int BlockRead = 0x210;
    private const int MaxScanned = 32 << 20;
    private const int PieceSize = 64 * 1024;
    private const ushort UnknownBuild = 19041;

    /// <summary>Looks for the debugger data block in an image; null when it has none, or one that is scrambled (a Windows that was not booted with debug on).</summary>
    public static GuestKernel? Find(GuestMemory memory, PeImage image)
    {
        byte[] piece = new byte[PieceSize + BlockRead];
        uint end = Math.Min(image.Size, MaxScanned);
        for (uint offset = 0; offset < end; offset += PieceSize)
        {
            int read = memory.Read(image.Base + offset, piece);
            for (int at = 0; at + BlockTag + 4 <= read && at < PieceSize; at += 8)
            {
                if (!piece.AsSpan(at + BlockTag).StartsWith("KDBG"u8)) continue;
                if (Read(memory, image, image.Base + offset + (uint)at) is { } kernel) return kernel;
            }
        }

        return null;
    }

    private static GuestKernel? Read(GuestMemory memory, PeImage image, ulong address)
    {
        Span<byte> block = stackalloc byte[BlockRead];
        if (memory.Read(address, block) != BlockRead || BinaryPrimitives.ReadUInt64LittleEndian(block[BlockKernelBase..]) != image.Base) return null;
        ulong list = BinaryPrimitives.ReadUInt64LittleEndian(block);
        ulong modules = BinaryPrimitives.ReadUInt64LittleEndian(block[BlockModuleList..]);
        Span<byte> head = stackalloc byte[8];
        if (memory.Read(list, head) != 8 || BinaryPrimitives.ReadUInt64LittleEndian(head) != address) return null;
        return new GuestKernel(image.Base, modules, list, ReadBuild(memory, BinaryPrimitives.ReadUInt64LittleEndian(block[BlockBuildLab..])));
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
