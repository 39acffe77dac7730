using System.Buffers.Binary;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>A function's record (S_GPROC32 and its relatives).</summary>
internal readonly ref struct ProcedureRecord
{
    private const int NameOffset = 35;

    private readonly ReadOnlySpan<byte> _data;

    private ProcedureRecord(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Offset, within the stream, of the record that ends the function.</summary>
    public uint End => BinaryPrimitives.ReadUInt32LittleEndian(_data[4..]);

    public uint Size => BinaryPrimitives.ReadUInt32LittleEndian(_data[12..]);

    public uint PrologueLength => BinaryPrimitives.ReadUInt32LittleEndian(_data[16..]);

    public uint TypeIndex => BinaryPrimitives.ReadUInt32LittleEndian(_data[24..]);

    public uint Offset => BinaryPrimitives.ReadUInt32LittleEndian(_data[28..]);

    public ushort Section => BinaryPrimitives.ReadUInt16LittleEndian(_data[32..]);

    public ReadOnlySpan<byte> Name => PdbText.Bytes(_data[NameOffset..]);

    public static bool IsProcedure(RecordKind kind) => kind is RecordKind.GlobalProcedure or RecordKind.LocalProcedure
        or RecordKind.GlobalProcedureId or RecordKind.LocalProcedureId or RecordKind.LocalProcedureDpc or RecordKind.LocalProcedureDpcId;

    public static bool TryRead(RecordKind kind, ReadOnlySpan<byte> data, out ProcedureRecord procedure)
    {
        bool fits = IsProcedure(kind) && data.Length > NameOffset;
        procedure = fits ? new ProcedureRecord(data) : default;
        return fits;
    }
}
