using System.Buffers.Binary;
using NetKd.Engine.Session;

namespace NetKd.Engine.Modules;

/// <summary>
/// Where an entry of the target's module list, KLDR_DATA_TABLE_ENTRY, has what (as published in kernel symbols; facts: kdnet-wire, section 5, item 7). Links
/// come first.
/// </summary>
/// <param name="PointerSize">Bytes of a pointer, and of the counts before one in a counted string.</param>
/// <param name="Size">Bytes that are read of an entry.</param>
/// <param name="Base">Address of the image.</param>
/// <param name="ImageSize">Bytes of the image, u32.</param>
/// <param name="FullName">Path, a counted string.</param>
/// <param name="BaseName">Name of the file, a counted string.</param>
internal sealed record ModuleEntryLayout(int PointerSize, int Size, int Base, int ImageSize, int FullName, int BaseName)
{
    private static readonly ModuleEntryLayout s_of64Bits = new(8, 0x68, 0x30, 0x40, 0x48, 0x58);
    private static readonly ModuleEntryLayout s_of32Bits = new(4, 0x34, 0x18, 0x20, 0x24, 0x2C);

    /// <summary>That of a target.</summary>
    public static ModuleEntryLayout For(TargetInformation target) => target.Is64Bit ? s_of64Bits : s_of32Bits;

    /// <summary>Reads a pointer; 32-bit ones are sign-extended.</summary>
    public ulong ReadPointer(ReadOnlySpan<byte> bytes) =>
        PointerSize == 4 ? unchecked((ulong)BinaryPrimitives.ReadInt32LittleEndian(bytes)) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
