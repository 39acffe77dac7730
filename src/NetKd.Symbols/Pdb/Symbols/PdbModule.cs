using System.Buffers;
using NetKd.Symbols.Pdb.Layout;
using NetKd.Symbols.Pdb.Lines;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>
/// One object file's share of a PDB: its symbols, and its lines. What is in it is indexed by address when it is first asked for an address:
/// eight bytes for each function and variable. Offsets are linked ones.
/// </summary>
internal sealed class PdbModule
{
    private const uint FirstRecord = 4;

    private readonly Addresses _addresses;
    private readonly uint _symbolEnd;
    private ulong[]? _index;
    private ModuleLines? _lines;
    private readonly uint _lineStart;
    private readonly uint _lineBytes;

    public PdbModule(int number, MsfStream stream, uint symbolBytes, uint oldLineBytes, uint lineBytes, Addresses addresses)
    {
        Number = number;
        Stream = stream;
        _addresses = addresses;
        _symbolEnd = Math.Min(symbolBytes, stream.Length);
        ulong lineStart = (ulong)symbolBytes + oldLineBytes;
        _lineStart = (uint)Math.Min(lineStart, stream.Length);
        _lineBytes = Math.Min(lineBytes, stream.Length - _lineStart);
    }

    public int Number { get; }

    public MsfStream Stream { get; }

    /// <summary>Offset behind the last symbol record.</summary>
    public uint SymbolEnd => _symbolEnd;

    public ModuleLines Lines => _lines ??= new ModuleLines(Stream, _lineStart, _lineBytes, _addresses.Sections);

    /// <summary>Offset of the record that begins last at or before a place, of the first of several; 0 for none.</summary>
    public uint FindAtOrBefore(uint linkedOffset)
    {
        ulong[] index = Index;
        int at = UpperBound(index, linkedOffset) - 1;
        if (at < 0) return 0;
        while (at > 0 && Place(index[at - 1]) == Place(index[at])) at--;
        return (uint)index[at];
    }

    /// <summary>Offset of the record that begins first behind a place; 0 for none.</summary>
    public uint FindAfter(uint linkedOffset)
    {
        ulong[] index = Index;
        int at = UpperBound(index, linkedOffset);
        return at < index.Length ? (uint)index[at] : 0;
    }

    /// <summary>Offsets of all records that begin at a place.</summary>
    public IEnumerable<uint> FindAt(uint linkedOffset)
    {
        ulong[] index = Index;
        for (int at = UpperBound(index, linkedOffset) - 1; at >= 0 && Place(index[at]) == linkedOffset; at--) yield return (uint)index[at];
    }

    /// <summary>Offsets of the records of all functions, variables and thunks, by place.</summary>
    public IEnumerable<uint> Records => Index.Select(entry => (uint)entry);

    /// <summary>Reads the function, variable or thunk of a record. False for other records.</summary>
    public bool TryRead(uint record, out Symbol symbol) => TryRead(record, out symbol, out _);

    /// <summary>The same, with the linked offset.</summary>
    public bool TryRead(uint record, out Symbol symbol, out uint linkedOffset)
    {
        RecordCursor cursor = new(Stream, stackalloc byte[RecordCursor.OneRecord]);
        symbol = default;
        linkedOffset = uint.MaxValue;
        if (record < FirstRecord || !cursor.TryRead(record, out RecordKind kind, out ReadOnlySpan<byte> data, out _)) return false;
        if (ProcedureRecord.TryRead(kind, data, out ProcedureRecord procedure))
        {
            linkedOffset = _addresses.Sections.ToOffset(procedure.Section, procedure.Offset);
            symbol = new Symbol(PdbText.Decode(ProcedureRecord.Name(data)), SymbolKind.Function, _addresses.ToImage(linkedOffset), procedure.Size, procedure.TypeIndex);
        }
        else if (PlaceRecord.IsData(kind) && PlaceRecord.TryRead(data, out PlaceRecord place))
        {
            linkedOffset = _addresses.Sections.ToOffset(place.Section, place.Offset);
            SymbolKind what = PlaceRecord.IsThreadData(kind) ? SymbolKind.ThreadData : SymbolKind.Data;
            symbol = new Symbol(PdbText.Decode(PlaceRecord.Name(data)), what, _addresses.ToImage(linkedOffset), 0, place.TypeOrFlags);
        }
        else if (kind == RecordKind.Thunk && data.Length > ThunkRecord.NameOffset)
        {
            linkedOffset = _addresses.Sections.ToOffset(ThunkRecord.Section(data), ThunkRecord.Offset(data));
            symbol = new Symbol(PdbText.Read(data[ThunkRecord.NameOffset..]), SymbolKind.Thunk, _addresses.ToImage(linkedOffset), ThunkRecord.Length(data), 0);
        }

        return linkedOffset != uint.MaxValue;
    }

    private ulong[] Index => Volatile.Read(ref _index) ?? (_index = BuildIndex());

    private static uint Place(ulong entry) => (uint)(entry >> 32);

    private static int UpperBound(ulong[] index, uint place)
    {
        int low = 0, high = index.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (Place(index[middle]) <= place) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    // Place above, record offset below: sorted by place, then in the order of the file.
    private ulong[] BuildIndex()
    {
        List<ulong> entries = [];
        byte[] window = ArrayPool<byte>.Shared.Rent(RecordCursor.Walk);
        RecordCursor cursor = new(Stream, window);
        uint at = FirstRecord;
        while (at < _symbolEnd && cursor.TryRead(at, out RecordKind kind, out ReadOnlySpan<byte> data, out uint next))
        {
            uint place = uint.MaxValue;
            if (ProcedureRecord.TryRead(kind, data, out ProcedureRecord procedure))
            {
                place = _addresses.Sections.ToOffset(procedure.Section, procedure.Offset);
                if (procedure.End > next && procedure.End < _symbolEnd) next = procedure.End;
            }
            else if (kind is RecordKind.LocalData or RecordKind.GlobalData && PlaceRecord.TryRead(data, out PlaceRecord variable))
            {
                place = _addresses.Sections.ToOffset(variable.Section, variable.Offset);
            }
            else if (kind == RecordKind.Thunk && data.Length > ThunkRecord.NameOffset)
            {
                place = _addresses.Sections.ToOffset(ThunkRecord.Section(data), ThunkRecord.Offset(data));
            }

            if (place != uint.MaxValue) entries.Add((ulong)place << 32 | at);
            at = next;
        }

        ArrayPool<byte>.Shared.Return(window);
        ulong[] index = [.. entries];
        // Object files mostly describe their functions in the order of their code.
        for (int i = 1; i < index.Length; i++)
        {
            if (index[i] >= index[i - 1]) continue;
            Array.Sort(index);
            break;
        }

        return index;
    }
}
