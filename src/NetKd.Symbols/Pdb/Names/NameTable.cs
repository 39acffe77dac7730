using System.Buffers;
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

    private const int SearchesBeforeFingerprints = 32;

    // In the linker's memory an entry has 12 bytes; bucket offsets still count so.
    private const int EntrySizeInMemory = 12;

    private readonly MsfStream? _stream;
    private readonly MsfStream _records;
    private readonly uint _entries;
    private readonly int _entryCount;
    private readonly uint _bitmap;
    private readonly uint _buckets;
    private readonly int[] _bucketIndex = [];
    private int _searches;
    private byte[]? _fingerprints;

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

    /// <summary>Offsets, in the record stream, of the records that may have a name.</summary>
    public void FindCandidates(ReadOnlySpan<byte> name, List<uint> offsets)
    {
        if (_stream is null) return;
        // Large files have a hundred names in a bucket, each a read of its own. Who asks for many names gets eight more bits of their hashes.
        if (_searches++ == SearchesBeforeFingerprints) _fingerprints = ReadFingerprints();
        byte[]? fingerprints = Volatile.Read(ref _fingerprints);
        uint hash = NameHash.Compute(name);
        int bucket = (int)(hash % BucketCount);
        uint word = _stream.ReadUInt32(_bitmap + (uint)(bucket / 32 * 4));
        uint bit = 1u << (bucket % 32);
        if ((word & bit) == 0) return;
        int index = _bucketIndex[bucket / 32] + BitOperations.PopCount(word & (bit - 1));
        int first = BucketStart(index);
        int end = index + 1 < _bucketIndex[BitmapWords] ? BucketStart(index + 1) : _entryCount;
        for (int i = first; i < Math.Min(end, _entryCount); i++)
        {
            if (fingerprints is not null && fingerprints[i] != Fingerprint(hash)) continue;
            uint recordOffset = _stream.ReadUInt32(_entries + (uint)(i * EntrySize));
            // Stored plus one.
            if (recordOffset != 0 && recordOffset - 1 < _records.Length) offsets.Add(recordOffset - 1);
        }
    }

    // The bucket takes the lowest twelve bits.
    private static byte Fingerprint(uint hash) => (byte)(hash >> 12);

    // One pass over the records. They are at multiples of four, so that a byte for each possible place is a quarter of the stream, for as long
    // as the pass takes.
    private byte[] ReadFingerprints()
    {
        byte[] byPlace = ArrayPool<byte>.Shared.Rent((int)(_records.Length / 4) + 1);
        byte[] window = ArrayPool<byte>.Shared.Rent(RecordCursor.Walk);
        RecordCursor cursor = new(_records, window);
        uint at = 0;
        while (cursor.TryRead(at, out RecordKind kind, out ReadOnlySpan<byte> data, out uint next))
        {
            byPlace[at / 4] = Fingerprint(NameHash.Compute(RecordName.Of(kind, data)));
            at = next;
        }

        byte[] fingerprints = new byte[_entryCount];
        for (int i = 0; i < fingerprints.Length; i++)
        {
            uint record = _stream!.ReadUInt32(_entries + (uint)(i * EntrySize)) - 1;
            if (record < _records.Length) fingerprints[i] = byPlace[record / 4];
        }

        ArrayPool<byte>.Shared.Return(window);
        ArrayPool<byte>.Shared.Return(byPlace);
        return fingerprints;
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
