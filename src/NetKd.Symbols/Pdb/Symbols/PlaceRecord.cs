using System.Buffers.Binary;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>
/// A record of a named place, without its name: a variable (S_GDATA32 and its relatives) or a public name (S_PUB32). Both have the same form; the
/// first four bytes are a variable's type or a public name's flags.
/// </summary>
/// <param name="TypeOrFlags">Type of a variable; flags of a public name.</param>
/// <param name="Section">Section, from 1.</param>
/// <param name="Offset">Place within the section.</param>
internal readonly record struct PlaceRecord(uint TypeOrFlags, ushort Section, uint Offset)
{
    private const int NameOffset = 10;

    public static bool IsData(RecordKind kind) => kind is RecordKind.GlobalData or RecordKind.LocalData or RecordKind.GlobalThreadData or RecordKind.LocalThreadData;

    public static bool IsThreadData(RecordKind kind) => kind is RecordKind.GlobalThreadData or RecordKind.LocalThreadData;

    public static bool TryRead(ReadOnlySpan<byte> data, out PlaceRecord place)
    {
        bool fits = data.Length >= NameOffset;
        place = fits
            ? new PlaceRecord(BinaryPrimitives.ReadUInt32LittleEndian(data), BinaryPrimitives.ReadUInt16LittleEndian(data[8..]), BinaryPrimitives.ReadUInt32LittleEndian(data[4..]))
            : default;
        return fits;
    }

    /// <summary>The name in the data that <see cref="TryRead"/> accepted.</summary>
    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> data) => PdbText.Bytes(data[NameOffset..]);
}
