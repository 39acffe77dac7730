using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace NetKd.Symbols.Pdb.Msf;

/// <summary>
/// An MSF container, the form of a PDB file: a header block, and streams in blocks of one size that a directory lists
/// (LLVM documentation, "The MSF File Format"). Only the directory is read when it is opened. Safe to use from several threads.
/// </summary>
public sealed class MsfFile : IDisposable
{
    private const int HeaderSize = 56;
    private const int BlockMapOffset = 52;
    private const uint DeletedStream = uint.MaxValue;
    private const int MaxStreams = 1 << 20;
    private const uint MaxDirectoryBytes = 256 << 20;
    private static ReadOnlySpan<byte> Magic => "Microsoft C/C++ MSF 7.00\r\n\x1a"u8;
    private static ReadOnlySpan<byte> CompressedMagic => "Microsoft MSFZ Container"u8;
    private static ReadOnlySpan<byte> OldMagic => "Microsoft C/C++ program database 2.00"u8;

    private readonly MappedFile _file;
    private readonly MsfStream _directory;
    private readonly uint[] _blockLists;
    private readonly ConcurrentDictionary<int, MsfStream> _streams = new();

    private MsfFile(string path, MappedFile file, int blockSize, uint blockCount, MsfStream directory, uint[] blockLists)
    {
        Path = path;
        _file = file;
        BlockSize = blockSize;
        BlockCount = blockCount;
        _directory = directory;
        _blockLists = blockLists;
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Bytes a block.</summary>
    public int BlockSize { get; }

    /// <summary>How many blocks the header says that the file has: its size, unless a copy of it was cut short.</summary>
    public uint BlockCount { get; }

    /// <summary>How many streams the directory lists.</summary>
    public int StreamCount => _blockLists.Length;

    /// <summary>The file's size in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Opens a file and reads its directory.</summary>
    /// <exception cref="PdbFormatException">It is no MSF file, one of another version, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static MsfFile Open(string path)
    {
        MappedFile file = MappedFile.Open(path);
        try
        {
            return Read(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A stream by its number, or null when the file has none of that number or it was deleted.</summary>
    /// <exception cref="PdbFormatException">The directory gives it blocks beyond the file's end.</exception>
    public MsfStream? Stream(int number)
    {
        if ((uint)number >= (uint)_blockLists.Length) return null;
        if (_streams.TryGetValue(number, out MsfStream? stream)) return stream;
        uint length = StreamLength(number);
        if (length == DeletedStream) return null;
        int blocks = (int)((length + (ulong)BlockSize - 1) / (uint)BlockSize);
        if (!_directory.TryRead(_blockLists[number], blocks * 4, out ReadOnlySpan<byte> list))
            throw new PdbFormatException($"Stream {number} of {Path} has more blocks than its directory lists.");
        return _streams.GetOrAdd(number, MsfStream.FromBlocks(_file, list, BlockSize, length, $"Stream {number} of {Path}"));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private uint StreamLength(int number) => _directory.ReadUInt32(4 + (uint)number * 4);

    private static MsfFile Read(string path, MappedFile file)
    {
        ReadOnlySpan<byte> start = file.Slice(0, (int)Math.Min(file.Length, 64));
        if (start.StartsWith(CompressedMagic))
            throw new PdbFormatException($"{path} is a compressed PDB (MSFZ), which this version does not read: ask for the uncompressed one, or link without /pdbcompress.");
        if (start.StartsWith(OldMagic)) throw new PdbFormatException($"{path} is a PDB of format 2.00, written by tools of before 2001; only 7.00 is read.");
        if (!start.StartsWith(Magic) || start.Length < HeaderSize) throw new PdbFormatException($"{path} is no PDB: it does not begin as an MSF 7.00 file does.");
        uint blockSize = BinaryPrimitives.ReadUInt32LittleEndian(start[32..]);
        uint directoryBytes = BinaryPrimitives.ReadUInt32LittleEndian(start[44..]);
        if (blockSize is < 512 or > 65536 || (blockSize & (blockSize - 1)) != 0)
            throw new PdbFormatException($"{path} says that its blocks have {blockSize} bytes; sizes are powers of two from 512 to 65536.");
        if (directoryBytes is < 4 or > MaxDirectoryBytes || directoryBytes > (ulong)file.Length)
            throw new PdbFormatException($"{path} says that its directory has {directoryBytes} bytes, which cannot be in a file of {file.Length}.");
        MsfStream directory = ReadDirectory(path, file, (int)blockSize, directoryBytes);
        return new MsfFile(path, file, (int)blockSize, BinaryPrimitives.ReadUInt32LittleEndian(start[40..]), directory, FindBlockLists(path, directory, blockSize));
    }

    // The header lists the blocks that list the directory's blocks. Up to 4 MB of directory (blocks of 4096) it is one.
    private static MsfStream ReadDirectory(string path, MappedFile file, int blockSize, uint directoryBytes)
    {
        uint directoryBlocks = (directoryBytes + (uint)blockSize - 1) / (uint)blockSize;
        uint mapBytes = directoryBlocks * 4;
        int mapBlocks = (int)((mapBytes + (uint)blockSize - 1) / (uint)blockSize);
        int listLength = Math.Min(mapBlocks * 4, blockSize - BlockMapOffset);
        if (listLength < mapBlocks * 4 || BlockMapOffset + listLength > file.Length) throw new PdbFormatException($"{path} has a directory that its header cannot list.");
        MsfStream map = MsfStream.FromBlocks(file, file.Slice(BlockMapOffset, listLength), blockSize, mapBytes, $"The block map of {path}");
        map.TryRead(0, (int)mapBytes, out ReadOnlySpan<byte> blocks);
        return MsfStream.FromBlocks(file, blocks, blockSize, directoryBytes, $"The directory of {path}");
    }

    private static uint[] FindBlockLists(string path, MsfStream directory, uint blockSize)
    {
        uint count = directory.ReadUInt32(0);
        if (count > MaxStreams || count > (directory.Length - 4) / 4) throw new PdbFormatException($"{path} says that it has {count} streams, more than its directory has room for.");
        uint[] lists = new uint[count];
        ulong at = 4 + count * 4UL;
        for (int i = 0; i < lists.Length; i++)
        {
            uint length = directory.ReadUInt32(4 + (uint)i * 4);
            lists[i] = (uint)Math.Min(at, uint.MaxValue);
            if (length != DeletedStream) at += (length + (ulong)blockSize - 1) / blockSize * 4;
        }

        if (at > directory.Length) throw new PdbFormatException($"{path} has a directory of {directory.Length} bytes whose streams need {at}.");
        return lists;
    }
}
