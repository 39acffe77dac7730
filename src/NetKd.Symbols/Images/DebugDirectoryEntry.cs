namespace NetKd.Symbols.Images;

/// <summary>One entry of an image's debug directory (PE/COFF specification, "Debug Directory").</summary>
/// <param name="Type">What it is: 2 CodeView, 3 FPO, 4 miscellaneous, 12 VC feature, 13 POGO, 14 incremental linking, 16 repro, 20 extended characteristics.</param>
/// <param name="Timestamp">When it was made, or a hash.</param>
/// <param name="Size">Bytes of its data.</param>
/// <param name="Address">Offset of its data in memory; 0 when it is not mapped.</param>
/// <param name="FileOffset">Offset of its data in the file.</param>
public readonly record struct DebugDirectoryEntry(uint Type, uint Timestamp, uint Size, uint Address, uint FileOffset)
{
    /// <summary><see cref="Type"/> of the entry that names the PDB.</summary>
    public const uint CodeView = 2;
}
