using System.Buffers.Binary;
using System.Text;

namespace NetKd.Target.Simulation;

/// <summary>DOS and NT headers of a simulated image, with file offsets equal to relative addresses.</summary>
internal static class ImageHeaders
{
    /// <summary>Index of the export directory.</summary>
    public const int ExportIndex = 0;

    /// <summary>Index of the exception directory.</summary>
    public const int ExceptionIndex = 3;

    /// <summary>Index of the debug directory.</summary>
    public const int DebugIndex = 6;

    private const int NewHeaderOffset = 0x80;
    private const int FileHeader = NewHeaderOffset + 4;
    private const int OptionalHeader = FileHeader + 20;
    private const int OptionalHeaderSize = 112 + 16 * 8;
    private const int ChecksumOffset = OptionalHeader + 64;
    private const int SectionTable = OptionalHeader + OptionalHeaderSize;
    private const int SectionHeaderSize = 40;

    private static readonly (string Name, uint Address, uint Size, uint Flags)[] s_sections =
    [
        (".text", ImageBuilder.TextAddress, ImageBuilder.TextSize, 0x6800_0020),
        (".rdata", ImageBuilder.ReadOnlyAddress, ImageBuilder.ReadOnlySize, 0x4800_0040),
        (".pdata", ImageBuilder.FunctionTableAddress, ImageBuilder.FunctionTableSize, 0x4800_0040),
        (".data", ImageBuilder.DataAddress, ImageBuilder.DataSize, 0xC800_0040),
    ];

    /// <summary>Writes the headers into the image's first page.</summary>
    public static void Write(Span<byte> image, ushort machine, ulong baseAddress, uint entry, uint timeDateStamp, (int Index, uint Address, uint Size)[] directories)
    {
        image[0] = (byte)'M';
        image[1] = (byte)'Z';
        Put32(image, 0x3C, NewHeaderOffset);
        "PE\0\0"u8.CopyTo(image[NewHeaderOffset..]);
        Put16(image, FileHeader, machine);
        Put16(image, FileHeader + 2, (ushort)s_sections.Length);
        Put32(image, FileHeader + 4, timeDateStamp);
        Put16(image, FileHeader + 16, OptionalHeaderSize);
        Put16(image, FileHeader + 18, 0x22); // executable, large address aware

        Put16(image, OptionalHeader, 0x20B); // PE32+
        image[OptionalHeader + 2] = 14; // linker version
        Put32(image, OptionalHeader + 4, ImageBuilder.TextSize);
        Put32(image, OptionalHeader + 8, ImageBuilder.ReadOnlySize + ImageBuilder.FunctionTableSize + ImageBuilder.DataSize);
        Put32(image, OptionalHeader + 16, entry);
        Put32(image, OptionalHeader + 20, ImageBuilder.TextAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(image[(OptionalHeader + 24)..], baseAddress);
        Put32(image, OptionalHeader + 32, 0x1000); // section alignment
        Put32(image, OptionalHeader + 36, 0x1000); // file alignment
        Put16(image, OptionalHeader + 40, 10); // operating system, image and subsystem version 10.0
        Put16(image, OptionalHeader + 44, 10);
        Put16(image, OptionalHeader + 48, 10);
        Put32(image, OptionalHeader + 56, (uint)image.Length);
        Put32(image, OptionalHeader + 60, 0x1000); // size of headers
        Put16(image, OptionalHeader + 68, 1); // native subsystem
        BinaryPrimitives.WriteUInt64LittleEndian(image[(OptionalHeader + 72)..], 0x80000);
        BinaryPrimitives.WriteUInt64LittleEndian(image[(OptionalHeader + 80)..], 0x1000);
        BinaryPrimitives.WriteUInt64LittleEndian(image[(OptionalHeader + 88)..], 0x100000);
        BinaryPrimitives.WriteUInt64LittleEndian(image[(OptionalHeader + 96)..], 0x1000);
        Put32(image, OptionalHeader + 108, 16);
        foreach ((int index, uint address, uint size) in directories)
        {
            Put32(image, OptionalHeader + 112 + index * 8, address);
            Put32(image, OptionalHeader + 116 + index * 8, size);
        }

        for (int i = 0; i < s_sections.Length; i++)
        {
            int header = SectionTable + i * SectionHeaderSize;
            Encoding.ASCII.GetBytes(s_sections[i].Name, image[header..]);
            Put32(image, header + 8, s_sections[i].Size);
            Put32(image, header + 12, s_sections[i].Address);
            Put32(image, header + 16, s_sections[i].Size);
            Put32(image, header + 20, s_sections[i].Address);
            Put32(image, header + 36, s_sections[i].Flags);
        }
    }

    /// <summary>Computes and stores CheckSum: the folded sum of 16-bit words, the field itself counted as zero, plus the length.</summary>
    public static uint SetChecksum(Span<byte> image)
    {
        Put32(image, ChecksumOffset, 0);
        uint sum = 0;
        for (int i = 0; i < image.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16LittleEndian(image[i..]);
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        uint checksum = sum + (uint)image.Length;
        Put32(image, ChecksumOffset, checksum);
        return checksum;
    }

    private static void Put16(Span<byte> image, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image[offset..], value);

    private static void Put32(Span<byte> image, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image[offset..], value);
}
