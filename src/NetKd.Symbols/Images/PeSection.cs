namespace NetKd.Symbols.Images;

/// <summary>A section of an image (PE/COFF specification, "Section Table").</summary>
/// <param name="Name">Its name, of printable characters; others are shown as dots.</param>
/// <param name="VirtualAddress">Offset of its first byte in memory.</param>
/// <param name="VirtualSize">Its size in memory, in bytes.</param>
/// <param name="RawOffset">Offset of its first byte in the file.</param>
/// <param name="RawSize">Its size in the file, in bytes.</param>
/// <param name="Characteristics">Flags: 0x20 code, 0x02000000 discardable, 0x20000000 executable, 0x40000000 readable, 0x80000000 writable.</param>
public readonly record struct PeSection(string Name, uint VirtualAddress, uint VirtualSize, uint RawOffset, uint RawSize, uint Characteristics)
{
    /// <summary>True when an offset of the image lies in it.</summary>
    public bool Contains(uint offset) => offset >= VirtualAddress && offset - VirtualAddress < Math.Max(VirtualSize, RawSize);
}
