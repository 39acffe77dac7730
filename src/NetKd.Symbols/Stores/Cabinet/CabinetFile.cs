using System.Buffers.Binary;
using System.Text;

namespace NetKd.Symbols.Stores.Cabinet;

/// <summary>
/// A cabinet with one file, the form of the compressed files of symbol stores (Microsoft Cabinet Format; the compressions are those of
/// "MSZIP" and "Microsoft LZX Data Compression Format"). Cabinets of several files, and those that are parts of a set, are refused.
/// </summary>
internal sealed class CabinetFile
{
    private const int HeaderBytes = 36;
    private const int FolderBytes = 8;
    private const int FileBytes = 16;
    private const int MaxName = 256;
    private const int HasPrevious = 1;
    private const int HasNext = 2;
    private const int HasReserve = 4;

    private readonly Stream _stream;
    private readonly long _dataOffset;
    private readonly int _blockCount;
    private readonly int _blockReserve;
    private readonly ushort _compression;

    private CabinetFile(Stream stream, string name, long length, long dataOffset, int blockCount, int blockReserve, ushort compression)
    {
        _stream = stream;
        Name = name;
        Length = length;
        _dataOffset = dataOffset;
        _blockCount = blockCount;
        _blockReserve = blockReserve;
        _compression = compression;
    }

    /// <summary>The name of the file in it, as the cabinet has it.</summary>
    public string Name { get; }

    /// <summary>The size of the file in it, in bytes.</summary>
    public long Length { get; }

    /// <summary>Reads a cabinet's headers.</summary>
    /// <param name="stream">The cabinet; it must be able to seek.</param>
    /// <exception cref="CabinetFormatException">It is none, or not one that is read.</exception>
    public static CabinetFile Open(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        stream.Position = 0;
        Read(stream, header, "header");
        if (!header.StartsWith("MSCF"u8)) throw new CabinetFormatException("The compressed file is no cabinet: it does not begin with MSCF.");
        int folders = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        int files = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        if (header[25] != 1) throw new CabinetFormatException($"The cabinet has format version {header[25]}.{header[24]}; 1.3 is read.");
        if ((flags & (HasPrevious | HasNext)) != 0) throw new CabinetFormatException("The cabinet is a part of a set of cabinets; a symbol store's holds one file whole.");
        if (folders != 1 || files != 1) throw new CabinetFormatException($"The cabinet holds {files} files in {folders} folders; a symbol store's holds one.");

        int blockReserve = 0;
        if ((flags & HasReserve) != 0)
        {
            Span<byte> reserve = stackalloc byte[4];
            Read(stream, reserve, "header");
            Seek(stream, stream.Position + BinaryPrimitives.ReadUInt16LittleEndian(reserve));
            blockReserve = reserve[3];
        }

        Span<byte> folder = stackalloc byte[FolderBytes];
        Read(stream, folder, "folder");
        Seek(stream, BinaryPrimitives.ReadUInt32LittleEndian(header[16..]));
        Span<byte> file = stackalloc byte[FileBytes];
        Read(stream, file, "file entry");
        if (BinaryPrimitives.ReadUInt16LittleEndian(file[8..]) != 0 || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) != 0)
            throw new CabinetFormatException("The cabinet's file begins in another cabinet or not at its folder's start.");
        return new CabinetFile(stream, ReadName(stream), BinaryPrimitives.ReadUInt32LittleEndian(file), BinaryPrimitives.ReadUInt32LittleEndian(folder),
            BinaryPrimitives.ReadUInt16LittleEndian(folder[4..]), blockReserve, BinaryPrimitives.ReadUInt16LittleEndian(folder[6..]));
    }

    /// <summary>Unpacks the file.</summary>
    /// <param name="destination">Where its bytes go.</param>
    /// <param name="limit">The most bytes that it may have.</param>
    /// <param name="cancellation">Stops between two blocks of at most 32 KiB.</param>
    /// <exception cref="CabinetFormatException">The cabinet is damaged, or the file too large.</exception>
    /// <exception cref="IOException">The cabinet cannot be read, or the file not be written.</exception>
    public void Extract(Stream destination, long limit, CancellationToken cancellation)
    {
        if (Length > limit) throw new CabinetFormatException($"The cabinet's file has {Length} bytes; at most {limit} are unpacked.");
        if (Length > _blockCount * (long)CabinetBlocks.MaxUnpacked) throw new CabinetFormatException($"The cabinet says that its file has {Length} bytes, more than its {_blockCount} blocks can hold.");
        CabinetBlocks blocks = new(_stream, _dataOffset, _blockCount, _blockReserve);
        CabinetDecoder decoder = Decoder(blocks);
        long left = Length;
        while (left > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> piece = decoder.Next((int)Math.Min(left, CabinetBlocks.MaxUnpacked));
            destination.Write(piece);
            left -= piece.Length;
        }
    }

    private CabinetDecoder Decoder(CabinetBlocks blocks) => (_compression & 0xf) switch
    {
        0 => new StoredDecoder(blocks),
        1 => new MsZipDecoder(blocks),
        2 => throw new CabinetFormatException("The cabinet is compressed with Quantum, which is not read: compress the file with MSZIP or LZX, or store it as it is."),
        3 => new LzxDecoder(blocks, (_compression >> 8) & 0x1f),
        int other => throw new CabinetFormatException($"The cabinet is compressed in a way that is not known ({other})."),
    };

    private static void Seek(Stream stream, long offset)
    {
        if (offset > stream.Length) throw new CabinetFormatException("The cabinet is cut off: its headers lead beyond its end.");
        stream.Position = offset;
    }

    private static void Read(Stream stream, Span<byte> bytes, string what)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw new CabinetFormatException($"The cabinet is cut off in its {what}.");
    }

    private static string ReadName(Stream stream)
    {
        Span<byte> name = stackalloc byte[MaxName];
        name = name[..stream.ReadAtLeast(name, name.Length, throwOnEndOfStream: false)];
        int end = name.IndexOf((byte)0);
        if (end < 0) throw new CabinetFormatException("The cabinet's file has a name without an end.");
        return Encoding.Latin1.GetString(name[..end]);
    }
}
