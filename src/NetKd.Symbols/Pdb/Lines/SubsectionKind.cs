namespace NetKd.Symbols.Pdb.Lines;

/// <summary>Kinds of a module's debug subsections that are read (LLVM's public list, DebugSubsectionKind).</summary>
internal enum SubsectionKind : uint
{
    Lines = 0xf2,
    FileChecksums = 0xf4,
    InlineeLines = 0xf6,
}
