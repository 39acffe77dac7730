using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>
/// Reads symbol records of a stream at any offset: a length of two bytes that does not count itself, a kind, and the rest. Records that lie in
/// one run of the file, which nearly all do, are seen where they are.
/// </summary>
internal ref struct RecordCursor(MsfStream stream)
{
    private readonly MsfStream _stream = stream;
    private ReadOnlySpan<byte> _run;
    private uint _runStart;

    /// <summary>The record at an offset: its kind, the bytes behind the kind, and where the next record is. False at the end and where no record can be.</summary>
    public bool TryRead(uint offset, out RecordKind kind, out ReadOnlySpan<byte> data, out uint next)
    {
        kind = default;
        data = default;
        next = offset;
        uint within = unchecked(offset - _runStart);
        if (within + 4L > _run.Length)
        {
            _run = _stream.RunFrom(offset);
            _runStart = offset;
            within = 0;
        }

        ReadOnlySpan<byte> record = _run[(int)Math.Min(within, (uint)_run.Length)..];
        if (record.Length < 4 && !_stream.TryRead(offset, 4, out record)) return false;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(record);
        if (length < 2) return false;
        if (record.Length < length + 2 && !_stream.TryRead(offset, length + 2, out record)) return false;
        kind = (RecordKind)BinaryPrimitives.ReadUInt16LittleEndian(record[2..]);
        data = record[4..(length + 2)];
        next = offset + (uint)length + 2;
        return true;
    }
}
