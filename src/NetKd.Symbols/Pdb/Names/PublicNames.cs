using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Layout;
using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Symbols;

namespace NetKd.Symbols.Pdb.Names;

/// <summary>
/// The names for linking: by name through a hash table, by address through a list of their records that is sorted by place
/// (LLVM documentation, "The PDB Public Symbol Stream"). Both are searched where they lie in the file.
/// </summary>
internal sealed class PublicNames
{
    private const int HeaderSize = 28;

    // Length and kind, then flags, offset and section.
    private const int RecordSize = 14;

    private readonly MsfStream? _stream;
    private readonly MsfStream _records;
    private readonly uint _map;

    public PublicNames(MsfStream? stream, MsfStream records)
    {
        _records = records;
        Names = new NameTable(null, 0, records);
        if (stream is null || !stream.TryRead(0, HeaderSize, out ReadOnlySpan<byte> header)) return;
        uint hashBytes = BinaryPrimitives.ReadUInt32LittleEndian(header);
        uint mapBytes = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        Names = new NameTable(stream, HeaderSize, records);
        if (hashBytes > stream.Length - HeaderSize || mapBytes > stream.Length - HeaderSize - hashBytes) return;
        _stream = stream;
        _map = HeaderSize + hashBytes;
        Count = (int)(mapBytes / 4);
    }

    /// <summary>By name.</summary>
    public NameTable Names { get; }

    /// <summary>How many there are by address.</summary>
    public int Count { get; }

    /// <summary>Offset, in the record stream, of one's record, in the order of their places.</summary>
    public uint RecordAt(int index) => _stream!.ReadUInt32(_map + (uint)index * 4);

    /// <summary>One by its index in the order of their places. False for a damaged record.</summary>
    public bool TryGet(int index, out PlaceRecord place)
    {
        // Mapped: a search looks at many records, of most at a few bytes.
        uint record = RecordAt(index);
        place = default;
        return _records.TryRead(record, RecordSize, out ReadOnlySpan<byte> bytes)
            && (RecordKind)BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]) == RecordKind.Public && PlaceRecord.TryRead(bytes[4..], out place);
    }

    /// <summary>The name of one, as linkers write it.</summary>
    public string Name(int index)
    {
        RecordCursor cursor = new(_records, stackalloc byte[RecordCursor.OneRecord]);
        return cursor.TryRead(RecordAt(index), out RecordKind kind, out ReadOnlySpan<byte> data, out _) && kind == RecordKind.Public && PlaceRecord.TryRead(data, out PlaceRecord _)
            ? PdbText.Decode(PlaceRecord.Name(data))
            : "";
    }

    /// <summary>Index of the last one at or before a place, of the first of several at the same place; -1 for none in the section.</summary>
    public int FindAtOrBefore(ushort section, uint offset)
    {
        int index = FirstBehind(section, offset) - 1;
        if (index < 0 || !TryGet(index, out PlaceRecord found) || found.Section != section) return -1;
        while (index > 0 && TryGet(index - 1, out PlaceRecord before) && before.Section == section && before.Offset == found.Offset) index--;
        return index;
    }

    /// <summary>Index of the first one behind a place; -1 for none in the section.</summary>
    public int FindAfter(ushort section, uint offset)
    {
        int index = FirstBehind(section, offset);
        return index >= 0 && index < Count && TryGet(index, out PlaceRecord found) && found.Section == section ? index : -1;
    }

    /// <summary>Index of the first one behind a place, in whatever section; <see cref="Count"/> for none, -1 for a damaged record on the way.</summary>
    private int FirstBehind(ushort section, uint offset)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (!TryGet(middle, out PlaceRecord place)) return -1;
            if (place.Section < section || (place.Section == section && place.Offset <= offset)) low = middle + 1;
            else high = middle - 1;
        }

        return low;
    }
}
