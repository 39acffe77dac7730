using System.Buffers.Binary;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>A record of a named place: a variable (S_GDATA32 and its relatives) or a public name (S_PUB32). Both have the same form; the first four bytes differ in meaning.</summary>
internal readonly ref struct PlaceRecord
{
    private const int NameOffset = 10;
    private const uint FunctionFlag = 2;

    private readonly ReadOnlySpan<byte> _data;

    private PlaceRecord(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Type of a variable.</summary>
    public uint TypeIndex => BinaryPrimitives.ReadUInt32LittleEndian(_data);

    /// <summary>True for a public name of code.</summary>
    public bool IsFunction => (BinaryPrimitives.ReadUInt32LittleEndian(_data) & FunctionFlag) != 0;

    public uint Offset => BinaryPrimitives.ReadUInt32LittleEndian(_data[4..]);

    public ushort Section => BinaryPrimitives.ReadUInt16LittleEndian(_data[8..]);

    public ReadOnlySpan<byte> Name => PdbText.Bytes(_data[NameOffset..]);

    public static bool IsData(RecordKind kind) => kind is RecordKind.GlobalData or RecordKind.LocalData or RecordKind.GlobalThreadData or RecordKind.LocalThreadData;

    public static bool IsThreadData(RecordKind kind) => kind is RecordKind.GlobalThreadData or RecordKind.LocalThreadData;

    public static bool TryRead(ReadOnlySpan<byte> data, out PlaceRecord place)
    {
        bool fits = data.Length >= NameOffset;
        place = fits ? new PlaceRecord(data) : default;
        return fits;
    }
}
