using System.Buffers.Binary;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>A function's record (S_GPROC32 and its relatives), without its name.</summary>
/// <param name="End">Offset, within the stream, of the record that ends the function.</param>
/// <param name="Size">Length of its code in bytes.</param>
/// <param name="PrologueLength">Bytes before the first instruction behind the prologue.</param>
/// <param name="TypeIndex">Its type.</param>
/// <param name="Section">Section of its code, from 1.</param>
/// <param name="Offset">Place within the section.</param>
internal readonly record struct ProcedureRecord(uint End, uint Size, uint PrologueLength, uint TypeIndex, ushort Section, uint Offset)
{
    private const int NameOffset = 35;

    public static bool IsProcedure(RecordKind kind) => kind is RecordKind.GlobalProcedure or RecordKind.LocalProcedure
        or RecordKind.GlobalProcedureId or RecordKind.LocalProcedureId or RecordKind.LocalProcedureDpc or RecordKind.LocalProcedureDpcId;

    public static bool TryRead(RecordKind kind, ReadOnlySpan<byte> data, out ProcedureRecord procedure)
    {
        procedure = default;
        if (!IsProcedure(kind) || data.Length <= NameOffset) return false;
        procedure = new ProcedureRecord(
            BinaryPrimitives.ReadUInt32LittleEndian(data[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[12..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[24..]),
            BinaryPrimitives.ReadUInt16LittleEndian(data[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[28..]));
        return true;
    }

    /// <summary>The name in the data that <see cref="TryRead"/> accepted.</summary>
    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> data) => PdbText.Bytes(data[NameOffset..]);
}
