using NetKd.Symbols;

namespace NetKd.Linux.Kallsyms;

/// <summary>Finds bytes in memory with holes.</summary>
internal static class MemoryScan
{
    private const int PageSize = 4096;
    private const int PieceSize = 64 * 1024;

    /// <summary>The places of a pattern in a range, in order; unreadable pages are passed over.</summary>
    public static IEnumerable<ulong> Find(IAddressReader memory, ulong start, ulong size, byte[] pattern)
    {
        // Nothing lies behind the highest address.
        ulong end = start + Math.Min(size, ulong.MaxValue - start);
        if (memory is ISearchableMemory searchable)
        {
            for (ulong from = start; from < end && searchable.Search(from, end - from, pattern) is { } place; from = place + 1) yield return place;
            yield break;
        }

        byte[] piece = new byte[PieceSize];
        int kept = 0;
        for (ulong at = start; at < end;)
        {
            int want = (int)Math.Min((ulong)(piece.Length - kept), end - at);
            int read = memory.Read(at, piece.AsSpan(kept, want));
            int filled = kept + read;
            ulong first = at - (ulong)kept;
            for (int from = 0; piece.AsSpan(from, filled - from).IndexOf(pattern) is >= 0 and int found; from += found + 1) yield return first + (ulong)(from + found);
            at += (ulong)read;
            if (read < want)
            {
                ulong pageEnd = at | (PageSize - 1);
                if (pageEnd == ulong.MaxValue) yield break;
                at = pageEnd + 1;
                kept = 0;
                continue;
            }

            kept = Math.Min(pattern.Length - 1, filled);
            piece.AsSpan(filled - kept, kept).CopyTo(piece);
        }
    }
}
