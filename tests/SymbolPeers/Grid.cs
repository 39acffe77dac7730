namespace NetKd.SymbolPeers;

/// <summary>The offsets that are asked about.</summary>
internal static class Grid
{
    private const uint Step = 5;

    /// <summary>
    /// In every function that llvm-pdbutil lists: the first and the last byte, the first and the second byte of every line entry, and every
    /// fifth byte. For a stripped file the places of the names for linking in code, and every fifth byte between them.
    /// </summary>
    public static IReadOnlyCollection<uint> Of(Subject subject)
    {
        SortedSet<uint> offsets = [];
        foreach ((uint start, uint size) in Functions(subject))
        {
            for (uint i = 0; i < size; i += Step) offsets.Add(start + i);
            if (size > 0) offsets.Add(start + size - 1);
        }

        foreach (PdbUtilLine line in subject.PdbUtil.Lines)
        {
            offsets.Add(line.Offset);
            if (line.Offset + 1 < line.BlockEnd) offsets.Add(line.Offset + 1);
        }

        return offsets;
    }

    private static IEnumerable<(uint Start, uint Size)> Functions(Subject subject)
    {
        if (!subject.IsStripped) return subject.PdbUtil.ModuleSymbols.Where(s => s.IsFunction).Select(s => (s.Offset!.Value, s.CodeSize));
        uint[] starts = [.. subject.PdbUtil.Publics.Where(p => p.Details.Contains("function", StringComparison.Ordinal)).Select(p => p.Offset!.Value).Distinct().Order()];
        return starts.Zip(starts.Skip(1).Append(starts[^1] + 1), (start, next) => (start, next - start));
    }
}
