using System.Buffers.Binary;
using System.Numerics;
using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Symbols;

namespace NetKd.Symbols.Pdb.Names;

/// <summary>
/// A hash table from names to records of the symbol record stream, as the globals and publics streams have it: bits that say which of its 4096
/// buckets are used, and for each used one where its entries begin. Searched where it lies in the file.
/// </summary>
internal sealed class NameTable
{
    private const uint Version = 0xeffe0000 + 19990810;
    private const int HeaderSize = 16;
    private const int BucketCount = 4096;
    private const int BitmapWords = BucketCount / 32 + 1;
    private const int EntrySize = 8;

    // In the linker's memory an entry has 12 bytes; bucket offsets still count so.
    private const int EntrySizeInMemory = 12;

    private readonly MsfStream? _stream;
    private readonly MsfStream _records;
    private readonly uint _entries;
    private readonly int _entryCount;
    private readonly uint _bitmap;
    private readonly uint _buckets;
    private readonly int[] _bucketIndex = [];

    /// <summary>Opens the table that begins at an offset of a stream; one that is damaged is empty.</summary>
    public NameTable(MsfStream? stream, uint offset, MsfStream records)
    {
        _records = records;
        if (stream is null || !stream.TryRead(offset, HeaderSize, out ReadOnlySpan<byte> header)) return;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != uint.MaxValue || BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != Version) return;
        uint entryBytes = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        _entries = offset + HeaderSize;
        if (entryBytes > stream.Length - _entries) return;
        _bitmap = _entries + entryBytes;
        _buckets = _bitmap + BitmapWords * 4;
        if (!stream.TryRead(_bitmap, BitmapWords * 4, out ReadOnlySpan<byte> bitmap)) return;
        _entryCount = (int)(entryBytes / EntrySize);
        _stream = stream;
        _bucketIndex = Ranks(bitmap);
    }

    /// <summary>Offsets, in the record stream, of the records that may have a name: those of its bucket.</summary>
    public void FindCandidates(ReadOnlySpan<byte> name, List<uint> offsets)
    {
        if (_stream is null) return;
        int bucket = (int)(NameHash.Compute(name) % BucketCount);
        uint word = _stream.ReadUInt32(_bitmap + (uint)(bucket / 32 * 4));
        uint bit = 1u << (bucket % 32);
        if ((word & bit) == 0) return;
        int index = _bucketIndex[bucket / 32] + BitOperations.PopCount(word & (bit - 1));
        int first = BucketStart(index);
        int end = index + 1 < _bucketIndex[BitmapWords] ? BucketStart(index + 1) : _entryCount;
        for (int i = first; i < Math.Min(end, _entryCount); i++)
        {
            uint recordOffset = _stream.ReadUInt32(_entries + (uint)(i * EntrySize));
            // Stored plus one.
            if (recordOffset != 0 && recordOffset - 1 < _records.Length) offsets.Add(recordOffset - 1);
        }
    }

    private int BucketStart(int index) => (int)Math.Min(_stream!.ReadUInt32(_buckets + (uint)(index * 4)) / EntrySizeInMemory, (uint)_entryCount);

    // How many used buckets there are before each word of the bitmap, and in the end.
    private static int[] Ranks(ReadOnlySpan<byte> bitmap)
    {
        int[] ranks = new int[BitmapWords + 1];
        for (int i = 0; i < BitmapWords; i++)
            ranks[i + 1] = ranks[i] + BitOperations.PopCount(BinaryPrimitives.ReadUInt32LittleEndian(bitmap[(i * 4)..]));
        return ranks;
    }
}
