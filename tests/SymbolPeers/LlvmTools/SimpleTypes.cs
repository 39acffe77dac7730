namespace NetKd.SymbolPeers.LlvmTools;

/// <summary>The types that have a number instead of a record ("Simple type indices" of LLVM's PDB documentation): kind in the low byte, pointer mode above it.</summary>
internal static class SimpleTypes
{
    /// <summary>Size in bytes.</summary>
    public static ulong Size(uint index) => (index >> 8) switch
    {
        0 => Plain(index & 0xff).Size,
        6 => 8,
        7 => 16,
        1 => 2,
        _ => 4,
    };

    /// <summary>As <see cref="TypeSpelling"/> spells it.</summary>
    public static string Spell(uint index) => index == 0 ? "none" : index >> 8 == 0 ? Text(index) : $"*{Text(index & 0xff)}";

    private static string Text(uint kind)
    {
        (char letter, ulong size) = Plain(kind);
        return letter == 'v' ? "v" : $"{letter}{size}";
    }

    private static (char Kind, ulong Size) Plain(uint kind) => kind switch
    {
        0x03 => ('v', 0),
        0x08 => ('r', 4),
        0x10 or 0x70 or 0x68 or 0x7c => ('c', 1),
        0x20 or 0x69 => ('u', 1),
        0x71 or 0x7a => ('w', 2),
        0x7b => ('w', 4),
        0x11 or 0x72 => ('i', 2),
        0x21 or 0x73 => ('u', 2),
        0x12 or 0x74 => ('i', 4),
        0x22 or 0x75 => ('u', 4),
        0x13 or 0x76 => ('i', 8),
        0x23 or 0x77 => ('u', 8),
        0x14 or 0x78 => ('i', 16),
        0x24 or 0x79 => ('u', 16),
        0x40 => ('f', 4),
        0x41 => ('f', 8),
        0x42 => ('f', 10),
        0x30 => ('b', 1),
        0x31 => ('b', 2),
        0x32 => ('b', 4),
        0x33 => ('b', 8),
        _ => ('?', 0),
    };
}
