namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>The names in records of the symbol record stream.</summary>
internal static class RecordName
{
    private const int PlaceNameOffset = 10;
    private const int TypeNameOffset = 4;

    /// <summary>A record's name in UTF-8; empty for records of other kinds.</summary>
    public static ReadOnlySpan<byte> Of(RecordKind kind, ReadOnlySpan<byte> data)
    {
        int offset = kind switch
        {
            RecordKind.Public or RecordKind.ProcedureReference or RecordKind.LocalProcedureReference => PlaceNameOffset,
            RecordKind.UserType => TypeNameOffset,
            RecordKind.Constant when data.Length > TypeNameOffset && NumericLeaf.TryRead(data[TypeNameOffset..], out _, out int length) => TypeNameOffset + length,
            _ when PlaceRecord.IsData(kind) => PlaceNameOffset,
            _ => data.Length,
        };
        return offset < data.Length ? PdbText.Bytes(data[offset..]) : [];
    }
}
