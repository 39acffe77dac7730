using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>
/// Reads symbol records of a stream at any offset: a length of two bytes that does not count itself, a kind, and the rest. It reads as many bytes
/// at once as its caller's window has: a small one for single records, a large one for a walk. What it gives is valid until the next read.
/// </summary>
internal ref struct RecordCursor(MsfStream stream, Span<byte> window)
{
    /// <summary>Size of a window for single records. Few names are longer.</summary>
    public const int OneRecord = 512;

    /// <summary>Size of a window for a walk.</summary>
    public const int Walk = 64 * 1024;

    private const int HeaderSize = 4;

    private readonly MsfStream _stream = stream;
    private readonly Span<byte> _window = window;
    private uint _start;
    private int _length;

    /// <summary>The record at an offset: its kind, the bytes behind the kind, and where the next record is. False at the end and where no record can be.</summary>
    public bool TryRead(uint offset, out RecordKind kind, out ReadOnlySpan<byte> data, out uint next)
    {
        kind = default;
        data = default;
        next = offset;
        ReadOnlySpan<byte> record = At(offset, HeaderSize);
        if (record.Length < HeaderSize) return false;
        int size = BinaryPrimitives.ReadUInt16LittleEndian(record) + 2;
        if (size < HeaderSize) return false;
        if (record.Length < size) record = At(offset, size);
        if (record.Length < size) return false;
        kind = (RecordKind)BinaryPrimitives.ReadUInt16LittleEndian(record[2..]);
        data = record[HeaderSize..size];
        next = offset + (uint)size;
        return true;
    }

    // What the window has from an offset on; refilled when that is less than wanted.
    private ReadOnlySpan<byte> At(uint offset, int wanted)
    {
        uint within = unchecked(offset - _start);
        if (within < (uint)_length && _length - (int)within >= wanted) return _window[(int)within.._length];
        if (wanted > _window.Length)
        {
            // A record that is longer than the window: a copy of its own.
            byte[] whole = new byte[wanted];
            return whole.AsSpan(0, _stream.Read(offset, whole));
        }

        _start = offset;
        _length = _stream.Read(offset, _window);
        return _window[.._length];
    }
}
