using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Boot;

/// <summary>This image's own PE headers in memory (Microsoft PE format specification).</summary>
internal static unsafe class PeImage
{
    public const uint Execute = 0x2000_0000;
    public const uint Write = 0x8000_0000;

    private const int BaseRelocationDirectory = 5;
    private const int ExceptionDirectory = 3;
    private const int RelocationAbsolute = 0;
    private const int Relocation64 = 10;

    /// <summary>An IMAGE_SECTION_HEADER.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    public struct Section
    {
        [FieldOffset(8)] public uint VirtualSize;
        [FieldOffset(12)] public uint VirtualAddress;
        [FieldOffset(36)] public uint Characteristics;
    }

    public static uint SizeOfImage(byte* image) => *(uint*)(Header(image) + 80);

    public static uint EntryPoint(byte* image) => *(uint*)(Header(image) + 40);

    public static uint TimeDateStamp(byte* image) => *(uint*)(Header(image) + 8);

    public static uint CheckSum(byte* image) => *(uint*)(Header(image) + 88);

    /// <summary>The unwind table: relative address and bytes.</summary>
    public static uint ExceptionTable(byte* image, out uint size)
    {
        size = Directory(image, ExceptionDirectory)[1];
        return Directory(image, ExceptionDirectory)[0];
    }

    /// <summary>The section that covers a page, or null for the headers.</summary>
    public static Section* SectionAt(byte* image, uint offset)
    {
        byte* header = Header(image);
        Section* section = (Section*)(header + 24 + *(ushort*)(header + 20));
        for (int i = 0; i < *(ushort*)(header + 6); i++, section++)
        {
            if (offset >= section->VirtualAddress && offset < section->VirtualAddress + section->VirtualSize) return section;
        }

        return null;
    }

    /// <summary>
    /// Adds a distance to every 64-bit pointer that the relocation table lists, and to the preferred base in the header, as if the
    /// firmware had loaded the image there. x64 images have no other kind of relocation; padding entries are skipped.
    /// </summary>
    public static void Relocate(byte* image, ulong distance)
    {
        uint* directory = Directory(image, BaseRelocationDirectory);
        byte* block = image + directory[0];
        byte* end = block + directory[1];
        while (block < end)
        {
            uint page = *(uint*)block;
            uint size = *(uint*)(block + 4);
            if (size < 8) break;
            for (ushort* entry = (ushort*)(block + 8); entry < (ushort*)(block + size); entry++)
            {
                if (*entry >> 12 == Relocation64) *(ulong*)(image + page + (*entry & 0xFFF)) += distance;
                else if (*entry >> 12 != RelocationAbsolute) return;
            }

            block += size;
        }

        *(ulong*)(Header(image) + 48) = (ulong)image + distance;
    }

    private static byte* Header(byte* image) => image + *(uint*)(image + 0x3C);

    private static uint* Directory(byte* image, int index) => (uint*)(Header(image) + 24 + 112) + (2 * index);
}
