using System.Buffers.Binary;

namespace NetKd.Symbols.Images;

/// <summary>
/// A PE image as it is mapped in memory (Microsoft PE/COFF specification). Headers are read once; tables when asked for.
/// Every count and address comes from the target and is bounded.
/// </summary>
public sealed class PeImage
{
    /// <summary>The most bytes of headers that are looked at.</summary>
    public const int HeaderBytes = 0x400;

    private const ushort DosMagic = 0x5A4D;
    private const uint PeMagic = 0x00004550;
    private const ushort Pe32Plus = 0x20b;
    private const ushort Pe32 = 0x10b;
    private const int MaxDirectories = 16;

    private readonly (uint Address, uint Size)[] _directories;
    private readonly byte[] _header;
    private readonly int _sectionTable;
    private readonly int _sectionCount;
    private PeSection[]? _sections;

    private PeImage(IAddressReader reader, ulong imageBase, ushort machine, uint timestamp, uint size, uint checksum, uint entryPoint, (uint, uint)[] directories,
        byte[] header, int sectionTable, int sectionCount)
    {
        _header = header;
        _sectionTable = sectionTable;
        _sectionCount = sectionCount;
        Reader = reader;
        Base = imageBase;
        Machine = machine;
        Timestamp = timestamp;
        Size = size;
        Checksum = checksum;
        EntryPoint = entryPoint;
        _directories = directories;
    }

    /// <summary>Where the image's bytes come from.</summary>
    public IAddressReader Reader { get; }

    /// <summary>Address of the image.</summary>
    public ulong Base { get; }

    /// <summary>Machine type.</summary>
    public ushort Machine { get; }

    /// <summary>TimeDateStamp of the file header.</summary>
    public uint Timestamp { get; }

    /// <summary>Size in memory.</summary>
    public uint Size { get; }

    /// <summary>Checksum of the optional header.</summary>
    public uint Checksum { get; }

    /// <summary>Offset of the entry point.</summary>
    public uint EntryPoint { get; }

    /// <summary>
    /// The section headers, in the file's order; fewer than there are when they cannot be read. Most images' lie within the bytes that
    /// <see cref="TryRead"/> has; the others' cost one more read.
    /// </summary>
    public IReadOnlyList<PeSection> Sections => _sections ??= SectionTable.Read(Reader, Base, _header, _sectionTable, _sectionCount);

    /// <summary>Reads an image's headers; null when there is no image at the address, or its headers cannot be read.</summary>
    public static PeImage? TryRead(IAddressReader reader, ulong imageBase)
    {
        ArgumentNullException.ThrowIfNull(reader);
        byte[] header = new byte[HeaderBytes];
        int length = reader.Read(imageBase, header);
        ReadOnlySpan<byte> bytes = header.AsSpan(0, length);
        if (bytes.Length < 0x40 || BinaryPrimitives.ReadUInt16LittleEndian(bytes) != DosMagic) return null;
        uint peOffset = BinaryPrimitives.ReadUInt32LittleEndian(bytes[0x3c..]);
        if (peOffset > (uint)bytes.Length || bytes.Length - (int)peOffset < 24 + 112) return null;
        ReadOnlySpan<byte> pe = bytes[(int)peOffset..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(pe) != PeMagic) return null;
        ReadOnlySpan<byte> optional = pe[24..];
        ushort magic = BinaryPrimitives.ReadUInt16LittleEndian(optional);
        if (magic is not (Pe32Plus or Pe32)) return null;
        int countOffset = magic == Pe32Plus ? 108 : 92;
        uint count = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(optional[countOffset..]), MaxDirectories);
        var directories = new (uint, uint)[MaxDirectories];
        for (int i = 0; i < (int)count; i++)
        {
            int at = countOffset + 4 + 8 * i;
            if (at + 8 > optional.Length) break;
            directories[i] = (BinaryPrimitives.ReadUInt32LittleEndian(optional[at..]), BinaryPrimitives.ReadUInt32LittleEndian(optional[(at + 4)..]));
        }

        return new PeImage(
            reader,
            imageBase,
            BinaryPrimitives.ReadUInt16LittleEndian(pe[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(pe[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(optional[56..]),
            BinaryPrimitives.ReadUInt32LittleEndian(optional[64..]),
            BinaryPrimitives.ReadUInt32LittleEndian(optional[16..]),
            directories,
            length == header.Length ? header : header[..length],
            (int)peOffset + 24 + BinaryPrimitives.ReadUInt16LittleEndian(pe[20..]),
            BinaryPrimitives.ReadUInt16LittleEndian(pe[6..]));
    }

    /// <summary>Reads a data directory whole; empty when there is none, when it is larger than the limit, or cannot be read.</summary>
    public byte[] ReadDirectory(PeDirectory directory, int limit)
    {
        (uint address, uint size) = _directories[(int)directory];
        if (address == 0 || size == 0 || size > (uint)limit || address >= Size) return [];
        byte[] bytes = new byte[size];
        int read = Reader.Read(Base + address, bytes);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>Offset of a data directory, 0 for none.</summary>
    public uint DirectoryAddress(PeDirectory directory) => _directories[(int)directory].Address;

    /// <summary>Bytes of a data directory, as the headers announce them.</summary>
    public uint DirectorySize(PeDirectory directory) => _directories[(int)directory].Size;
}
