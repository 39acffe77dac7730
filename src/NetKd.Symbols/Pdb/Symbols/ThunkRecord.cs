using System.Buffers.Binary;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>Fields of S_THUNK32. The caller has checked that the data reaches to <see cref="NameOffset"/>.</summary>
internal static class ThunkRecord
{
    public const int NameOffset = 21;

    public static uint Offset(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32LittleEndian(data[12..]);

    public static ushort Section(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt16LittleEndian(data[16..]);

    public static ushort Length(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt16LittleEndian(data[18..]);
}
