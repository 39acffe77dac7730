using System.Buffers.Binary;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>Numbers in records: below 0x8000 themselves, else a kind and the value (LLVM documentation, "CodeView Type Records", numeric leaves).</summary>
internal static class NumericLeaf
{
    /// <summary>Reads a number, sign-extended; false when it is cut off or of a kind that is no integer of at most 8 bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out ulong value, out int length)
    {
        value = 0;
        length = 0;
        if (data.Length < 2) return false;
        ushort kind = BinaryPrimitives.ReadUInt16LittleEndian(data);
        if (kind < 0x8000)
        {
            value = kind;
            length = 2;
            return true;
        }

        ReadOnlySpan<byte> rest = data[2..];
        int size = kind switch { 0x8000 => 1, 0x8001 or 0x8002 => 2, 0x8003 or 0x8004 => 4, 0x8009 or 0x800a => 8, _ => 0 };
        if (size == 0 || rest.Length < size) return false;
        length = 2 + size;
        value = unchecked(kind switch
        {
            0x8000 => (ulong)(sbyte)rest[0],
            0x8001 => (ulong)BinaryPrimitives.ReadInt16LittleEndian(rest),
            0x8002 => BinaryPrimitives.ReadUInt16LittleEndian(rest),
            0x8003 => (ulong)BinaryPrimitives.ReadInt32LittleEndian(rest),
            0x8004 => BinaryPrimitives.ReadUInt32LittleEndian(rest),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(rest),
        });
        return true;
    }
}
