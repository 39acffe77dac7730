namespace NetKd.Commands.Session;

/// <summary>Reads memory for display: what cannot be read stays marked, and reading goes on at the next page.</summary>
internal static class MemoryReader
{
    private const ulong PageSize = 0x1000;

    /// <summary>Reads a range in as few engine calls as its unreadable pages allow: one when all of it is there.</summary>
    public static MemoryBlock Read(DebugClient client, ulong address, int length, CancellationToken cancellation, bool physical = false)
    {
        MemoryBlock block = new(address, length) { PointerSize = client.Target.PointerSize };
        int offset = 0;
        while (offset < length)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> target = block.Target(offset, length - offset);
            ulong at = unchecked(address + (ulong)offset);
            int read = physical ? client.Physical.Read(at, target, cancellation) : client.Virtual.Read(at, target, cancellation);
            block.MarkReadable(offset, read);
            if (read == target.Length) break;
            ulong hole = unchecked(at + (ulong)read);
            ulong toNextPage = PageSize - hole % PageSize;
            offset += read + (int)Math.Min(toNextPage, (ulong)(length - offset - read));
        }

        return block;
    }
}
