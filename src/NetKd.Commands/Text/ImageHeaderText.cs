using System.Buffers.Binary;
using NetKd.Symbols.Images;

namespace NetKd.Commands.Text;

/// <summary>An image's headers in full, as <c>!dh</c> shows them (PE/COFF specification, sections 2 and 3).</summary>
internal static class ImageHeaderText
{
    private const int FileHeaderSize = 20;
    private const ushort Pe32Plus = 0x20b;
    private const int MaxHeader = 0x1000;

    private static readonly string[] s_directories =
    [
        "Export", "Import", "Resource", "Exception", "Security", "Base Relocation", "Debug", "Description", "Special", "Thread Storage",
        "Load Configuration", "Bound Import", "Import Address Table", "Delay Import", "COR20 Header", "Reserved",
    ];

    private static readonly (uint Flag, string Text)[] s_fileFlags =
    [
        (0x0001, "Relocations stripped"), (0x0002, "Executable"), (0x0004, "Line numbers stripped"), (0x0008, "Symbols stripped"),
        (0x0020, "App can handle >2gb addresses"), (0x0100, "32 bit word machine"), (0x0200, "Debug information stripped"),
        (0x1000, "System"), (0x2000, "DLL"), (0x4000, "Uniprocessor only"),
    ];

    private static readonly (uint Flag, string Text)[] s_imageFlags =
    [
        (0x0020, "High entropy VA supported"), (0x0040, "Dynamic base"), (0x0080, "Force integrity"), (0x0100, "NX compatible"), (0x0200, "No isolation"),
        (0x0400, "No structured exception handler"), (0x0800, "Do not bind"), (0x1000, "App container"), (0x2000, "WDM driver"),
        (0x4000, "Guard"), (0x8000, "Terminal server aware"),
    ];

    private static readonly (uint Flag, string Text)[] s_sectionFlags =
    [
        (0x20, "Code"), (0x40, "Initialized Data"), (0x80, "Uninitialized Data"), (0x02000000, "Discardable"), (0x04000000, "Not Cached"),
        (0x08000000, "Not Paged"), (0x10000000, "Shared"),
    ];

    /// <summary>File header and optional header.</summary>
    public static IEnumerable<string> Headers(PeImage image)
    {
        byte[] bytes = new byte[MaxHeader];
        int read = image.Reader.Read(image.Base, bytes);
        int file = read >= 0x40 ? (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x3c)), MaxHeader) + 4 : MaxHeader;
        if (file + FileHeaderSize + 112 > read) return ["The image's headers cannot be read whole: they are paged out."];
        ReadOnlySpan<byte> header = bytes.AsSpan(file, read - file);
        List<string> lines = [];
        AddFileHeader(lines, header);
        int size = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(header[16..]), header.Length - FileHeaderSize);
        AddOptionalHeader(lines, header.Slice(FileHeaderSize, size));
        return lines;
    }

    /// <summary>The section headers.</summary>
    public static IEnumerable<string> Sections(PeImage image)
    {
        for (int i = 0; i < image.Sections.Count; i++)
        {
            PeSection section = image.Sections[i];
            yield return $"SECTION HEADER #{i + 1:X}";
            yield return $"{section.Name,8} name";
            yield return $"{section.VirtualSize,8:X} virtual size";
            yield return $"{section.VirtualAddress,8:X} virtual address";
            yield return $"{section.RawSize,8:X} size of raw data";
            yield return $"{section.RawOffset,8:X} file pointer to raw data";
            yield return $"{section.Characteristics,8:X} flags";
            foreach (string flag in Flags(section.Characteristics, s_sectionFlags)) yield return "         " + flag;
            yield return $"         {Access(section.Characteristics)}";
            yield return "";
        }
    }

    /// <summary>The debug directories.</summary>
    public static IEnumerable<string> Debug(DebugDirectory directory)
    {
        if (directory.Entries.Count == 0)
        {
            yield return directory.Problem ?? "There are no debug directories.";
            yield break;
        }

        yield return $"Debug Directories({directory.Entries.Count})";
        yield return "\tType       Size     Address  Pointer";
        foreach (DebugDirectoryEntry entry in directory.Entries)
        {
            string format = entry.Type != DebugDirectoryEntry.CodeView ? ""
                : directory.Pdb is { } pdb ? $"\tFormat: {(pdb.Signature is null ? "RSDS" : "NB10")}, {(pdb.Signature is uint old ? $"{old:x8}" : pdb.Guid)}, {pdb.Age:x}, {pdb.Path}"
                : $"\t{directory.Problem}";
            yield return $"\t{DebugType(entry.Type),-10} {entry.Size,4:x} {entry.Address,11:x} {entry.FileOffset,8:x}{format}";
        }
    }

    /// <summary>The kind of a debug directory entry.</summary>
    public static string DebugType(uint type) => type switch
    {
        1 => "coff",
        2 => "cv",
        3 => "fpo",
        4 => "misc",
        7 => "omap to",
        8 => "omap from",
        12 => "feat",
        13 => "pogo",
        14 => "iltcg",
        16 => "repro",
        20 => "dllchar",
        _ => $"({type})",
    };

    /// <summary>A machine type's name.</summary>
    public static string Machine(uint machine) => machine switch
    {
        0x14c => "i386",
        0x8664 => "X64",
        0xaa64 => "ARM64",
        _ => "unknown",
    };

    private static void AddFileHeader(List<string> lines, ReadOnlySpan<byte> header)
    {
        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(header);
        uint timestamp = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        ushort characteristics = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
        lines.Add($"File Type: {((characteristics & 0x2000) != 0 ? "DLL" : "EXECUTABLE IMAGE")}");
        lines.Add("FILE HEADER VALUES");
        lines.Add($"{machine,8:X} machine ({Machine(machine)})");
        lines.Add($"{BinaryPrimitives.ReadUInt16LittleEndian(header[2..]),8:X} number of sections");
        lines.Add($"{timestamp:X8} time date stamp {TimeText.Seconds(DateTimeOffset.FromUnixTimeSeconds(timestamp))}");
        lines.Add("");
        lines.Add($"{BinaryPrimitives.ReadUInt32LittleEndian(header[8..]),8:X} file pointer to symbol table");
        lines.Add($"{BinaryPrimitives.ReadUInt32LittleEndian(header[12..]),8:X} number of symbols");
        lines.Add($"{BinaryPrimitives.ReadUInt16LittleEndian(header[16..]),8:X} size of optional header");
        lines.Add($"{characteristics,8:X} characteristics");
        lines.AddRange(Flags(characteristics, s_fileFlags).Select(f => "            " + f));
        lines.Add("");
    }

    private static void AddOptionalHeader(List<string> lines, ReadOnlySpan<byte> header)
    {
        ushort magic = header.Length >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(header) : (ushort)0;
        bool wide = magic == Pe32Plus;
        int directories = wide ? 112 : 96;
        if (header.Length < directories)
        {
            lines.Add("The optional header is too short to be one.");
            return;
        }

        lines.Add("OPTIONAL HEADER VALUES");
        lines.Add($"{magic,8:X} magic #");
        lines.Add($"{$"{header[2]}.{header[3]:d2}",8} linker version");
        AddValues(lines, header, (4, "size of code"), (8, "size of initialized data"), (12, "size of uninitialized data"), (16, "address of entry point"), (20, "base of code"));
        lines.Add("         ----- new -----");
        lines.Add($"{(wide ? BinaryPrimitives.ReadUInt64LittleEndian(header[24..]) : BinaryPrimitives.ReadUInt32LittleEndian(header[28..])):x16} image base");
        AddValues(lines, header, (32, "section alignment"), (36, "file alignment"));
        ushort subsystem = BinaryPrimitives.ReadUInt16LittleEndian(header[68..]);
        lines.Add($"{subsystem,8:X} subsystem ({Subsystem(subsystem)})");
        AddVersion(lines, header[40..], "operating system version");
        AddVersion(lines, header[44..], "image version");
        AddVersion(lines, header[48..], "subsystem version");
        AddValues(lines, header, (56, "size of image"), (60, "size of headers"), (64, "checksum"));
        string[] sizes = ["size of stack reserve", "size of stack commit", "size of heap reserve", "size of heap commit"];
        for (int i = 0; i < sizes.Length; i++)
        {
            ulong value = wide ? BinaryPrimitives.ReadUInt64LittleEndian(header[(72 + 8 * i)..]) : BinaryPrimitives.ReadUInt32LittleEndian(header[(72 + 4 * i)..]);
            lines.Add($"{value:x16} {sizes[i]}");
        }

        ushort characteristics = BinaryPrimitives.ReadUInt16LittleEndian(header[70..]);
        lines.Add($"{characteristics,8:X}  DLL characteristics");
        lines.AddRange(Flags(characteristics, s_imageFlags).Select(f => "            " + f));
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[(directories - 4)..]);
        for (int i = 0; i < s_directories.Length && i < (int)Math.Min(count, 16) && directories + 8 * i + 8 <= header.Length; i++)
        {
            ReadOnlySpan<byte> entry = header[(directories + 8 * i)..];
            lines.Add($"{BinaryPrimitives.ReadUInt32LittleEndian(entry),8:X} [{BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),8:X}] address [size] of {s_directories[i]} Directory");
        }

        lines.Add("");
    }

    private static void AddValues(List<string> lines, ReadOnlySpan<byte> header, params ReadOnlySpan<(int Offset, string Text)> values)
    {
        foreach ((int offset, string text) in values) lines.Add($"{BinaryPrimitives.ReadUInt32LittleEndian(header[offset..]),8:X} {text}");
    }

    private static void AddVersion(List<string> lines, ReadOnlySpan<byte> version, string text) =>
        lines.Add($"{$"{BinaryPrimitives.ReadUInt16LittleEndian(version)}.{BinaryPrimitives.ReadUInt16LittleEndian(version[2..]):d2}",8} {text}");

    private static IEnumerable<string> Flags(uint value, (uint Flag, string Text)[] names) => names.Where(n => (value & n.Flag) != 0).Select(n => n.Text);

    private static string Access(uint characteristics) => string.Join(' ', ((string?[])
    [
        (characteristics & 0x20000000) != 0 ? "Execute" : null,
        (characteristics & 0x40000000) != 0 ? "Read" : null,
        (characteristics & 0x80000000) != 0 ? "Write" : null,
    ]).Where(t => t is not null));

    private static string Subsystem(ushort subsystem) => subsystem switch
    {
        1 => "Native",
        2 => "Windows GUI",
        3 => "Windows CUI",
        10 => "EFI application",
        11 => "EFI boot service driver",
        12 => "EFI runtime driver",
        16 => "Boot application",
        _ => "unknown",
    };
}
