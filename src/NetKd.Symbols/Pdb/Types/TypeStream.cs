using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Symbols;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// The TPI or the IPI stream: records by their index (LLVM documentation, "The PDB TPI and IPI Streams"). Opening reads the header only. A
/// record is found through the hash stream's list of index and offset pairs, one about every 8 KiB, and a walk from there. Safe to use from
/// several threads.
/// </summary>
internal sealed class TypeStream
{
    private const int HeaderSize = 56;
    private const uint Version80 = 20040203;
    private const int CheckpointDistance = 64;

    // Between two entries of a sound index there are at most 8 KiB, and a record has at least 4 bytes.
    private const uint MaxWalk = 4096;

    private readonly MsfStream? _records;
    private readonly uint _start;
    private readonly uint _end;
    private readonly IndexOffsets? _offsets;
    private uint[]? _checkpoints;
    private long _recordsRead;

    public TypeStream(MsfFile file, int number)
    {
        string name = $"stream {number} of {file.Path}";
        try
        {
            _records = file.Stream(number);
            if (_records is null || !_records.TryRead(0, HeaderSize, out ReadOnlySpan<byte> header))
            {
                Problem = $"{name} holds no types: it is missing or too short.";
                return;
            }

            RecordReader reader = new(header);
            uint version = reader.UInt32(), headerSize = reader.UInt32();
            FirstIndex = reader.UInt32();
            EndIndex = reader.UInt32();
            uint recordBytes = reader.UInt32();
            if (version != Version80 || headerSize < HeaderSize || headerSize > _records.Length || EndIndex < FirstIndex)
            {
                Problem = $"{name} holds no types that can be read: version {version}, a header of {headerSize} bytes, indices from 0x{FirstIndex:x} to 0x{EndIndex:x}.";
                FirstIndex = EndIndex = 0;
                return;
            }

            _start = headerSize;
            _end = headerSize + Math.Min(recordBytes, _records.Length - headerSize);
            // A record has at least 4 bytes.
            EndIndex = FirstIndex + Math.Min(EndIndex - FirstIndex, (_end - _start) / 4);
            ushort hashStream = reader.UInt16();
            reader.Skip(2);
            if (hashStream == ushort.MaxValue || file.Stream(hashStream) is not { } hashes) return;
            Names = NameHashes.Read(hashes, ref reader, EndIndex - FirstIndex);
            _offsets = IndexOffsets.Read(hashes, ref reader);
        }
        catch (PdbFormatException e)
        {
            Problem = e.Message;
            Names = null;
            if (_end == 0) FirstIndex = EndIndex = 0;
        }
    }

    /// <summary>Why there are no records, or no hashes; null when all is well.</summary>
    public string? Problem { get; }

    /// <summary>Index of the first record; those below are the simple types.</summary>
    public uint FirstIndex { get; }

    /// <summary>The index after the last record's.</summary>
    public uint EndIndex { get; }

    /// <summary>The hashes of the records' names; null when the file has none.</summary>
    public NameHashes? Names { get; }

    /// <summary>How many records were looked at to answer what was asked so far, those that were walked over included.</summary>
    public long RecordsRead => Interlocked.Read(ref _recordsRead);

    /// <summary>The record of an index: its kind, and the bytes after it.</summary>
    public bool TryGet(uint index, out ushort leaf, out ReadOnlySpan<byte> content)
    {
        leaf = 0;
        content = [];
        if (index < FirstIndex || index >= EndIndex || !TryLocate(index, out uint offset)) return false;
        Interlocked.Increment(ref _recordsRead);
        return TryRead(offset, out leaf, out content, out _);
    }

    /// <summary>
    /// The same through a window that is read: for the many records that share a hash with the wanted one. A mapped file would keep 64 KiB around
    /// each of them in memory.
    /// </summary>
    public bool TryGet(uint index, ref RecordCursor window, out ushort leaf, out ReadOnlySpan<byte> content)
    {
        leaf = 0;
        content = [];
        if (index < FirstIndex || index >= EndIndex) return false;
        if (_offsets is null || !_offsets.TryFind(index, out uint known, out uint from) || index - known > MaxWalk) return TryGet(index, out leaf, out content);
        uint offset = _start + from;
        RecordKind kind = default;
        for (; known <= index; known++)
        {
            if (offset >= _end || !window.TryRead(offset, out kind, out content, out uint next) || next > _end) return TryGet(index, out leaf, out content);
            offset = next;
            Interlocked.Increment(ref _recordsRead);
        }

        leaf = (ushort)kind;
        return true;
    }

    /// <summary>Takes the records one after another, in the order of their indices. A cursor of default value begins at the first.</summary>
    public bool TryNext(ref Cursor cursor, out uint index, out ushort leaf, out ReadOnlySpan<byte> content)
    {
        index = FirstIndex + cursor.Count;
        leaf = 0;
        content = [];
        if (index >= EndIndex || !TryRead(_start + cursor.Offset, out leaf, out content, out uint next)) return false;
        Interlocked.Increment(ref _recordsRead);
        cursor = new Cursor(cursor.Count + 1, next - _start);
        return true;
    }

    /// <summary>
    /// The same for a walk over all records: through a window that is read, since mapping all of a large file's types would make the process as
    /// large as they are.
    /// </summary>
    public bool TryNext(ref Cursor cursor, ref RecordCursor window, out uint index, out ushort leaf, out ReadOnlySpan<byte> content)
    {
        index = FirstIndex + cursor.Count;
        leaf = 0;
        content = [];
        if (index >= EndIndex || !window.TryRead(_start + cursor.Offset, out RecordKind kind, out content, out uint next) || next > _end) return false;
        leaf = (ushort)kind;
        Interlocked.Increment(ref _recordsRead);
        cursor = new Cursor(cursor.Count + 1, next - _start);
        return true;
    }

    /// <summary>Size of a window that holds most stretches between two known offsets.</summary>
    public const int StretchWindow = 12 * 1024;

    /// <summary>Reads records through a window.</summary>
    public RecordCursor Window(Span<byte> window) => new(_records!, window);

    /// <summary>Where taking one record after another has come to.</summary>
    /// <param name="Count">Records taken.</param>
    /// <param name="Offset">Where the next begins, from the first record's beginning.</param>
    public readonly record struct Cursor(uint Count, uint Offset);

    private bool TryLocate(uint index, out uint offset)
    {
        if (_offsets is not null && _offsets.TryFind(index, out uint known, out uint from) && index - known <= MaxWalk && from <= _end - _start)
        {
            offset = _start + from;
            if (TryWalk(ref offset, index - known)) return true;
        }

        // No list of offsets, or one that is damaged: one walk over all records notes every 64th.
        uint[] checkpoints = _checkpoints ??= Walk();
        uint nearest = (index - FirstIndex) / CheckpointDistance;
        offset = nearest < checkpoints.Length ? checkpoints[nearest] : 0;
        return offset != 0 && TryWalk(ref offset, (index - FirstIndex) % CheckpointDistance);
    }

    private uint[] Walk()
    {
        List<uint> offsets = [];
        uint offset = _start;
        for (uint index = FirstIndex; index < EndIndex; index += CheckpointDistance)
        {
            offsets.Add(offset);
            if (!TryWalk(ref offset, CheckpointDistance)) break;
        }

        return [.. offsets];
    }

    private bool TryWalk(ref uint offset, uint count)
    {
        ReadOnlySpan<byte> run = [];
        Interlocked.Add(ref _recordsRead, count);
        for (; count > 0; count--)
        {
            if (run.Length < 2) run = _records!.RunFrom(offset);
            uint length = 2u + (run.Length < 2 ? _records!.ReadUInt16(offset) : BinaryPrimitives.ReadUInt16LittleEndian(run));
            if (length < 4 || length > _end - offset) return false;
            offset += length;
            run = run.Length > length ? run[(int)length..] : [];
        }

        return offset < _end;
    }

    private bool TryRead(uint offset, out ushort leaf, out ReadOnlySpan<byte> content, out uint next)
    {
        leaf = 0;
        next = offset;
        content = [];
        if (_records is null || offset >= _end) return false;
        ReadOnlySpan<byte> run = _records.RunFrom(offset);
        uint length = run.Length >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(run) : _records.ReadUInt16(offset);
        if (length < 2 || _end - offset < length + 2) return false;
        ReadOnlySpan<byte> record;
        if (run.Length >= length + 2) record = run.Slice(2, (int)length);
        else if (!_records.TryRead(offset + 2, (int)length, out record)) return false;
        leaf = BinaryPrimitives.ReadUInt16LittleEndian(record);
        content = record[2..];
        next = offset + 2 + length;
        return true;
    }
}
