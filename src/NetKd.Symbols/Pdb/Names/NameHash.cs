using System.Buffers.Binary;

namespace NetKd.Symbols.Pdb.Names;

/// <summary>The hash of names in a PDB's tables (LLVM documentation, "The PDB Global Symbol Stream", hash of version 1). Letter case does not count.</summary>
internal static class NameHash
{
    private const uint LowerCase = 0x20202020;

    public static uint Compute(ReadOnlySpan<byte> name)
    {
        uint hash = 0;
        while (name.Length >= 4)
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(name);
            name = name[4..];
        }

        if (name.Length >= 2)
        {
            hash ^= BinaryPrimitives.ReadUInt16LittleEndian(name);
            name = name[2..];
        }

        if (name.Length == 1) hash ^= name[0];
        hash |= LowerCase;
        hash ^= hash >> 11;
        return hash ^ (hash >> 16);
    }
}
