namespace NetKd.Symbols.Pdb.Layout;

/// <summary>Streams that the debug information stream lists at its end, by their place in that list (LLVM documentation, "Optional Debug Header Stream").</summary>
internal enum DebugStreams
{
    FramePointerOmission = 0,
    MapToSource = 3,
    MapFromSource = 4,
    SectionHeaders = 5,
    FrameData = 9,
    OriginalSectionHeaders = 10,
}
