namespace NetKd.Engine.Session;

/// <summary>
/// What was read of the target's virtual memory during one halt, in blocks of 64 bytes. A block is known, known to be unreadable,
/// or unknown. Emptied when the target runs, and around every write.
/// </summary>
internal sealed class MemoryCache(int capacityBytes)
{
    public const int BlockSize = 64;
    private const int PageSize = 4096;

    private readonly Dictionary<ulong, Page> _pages = [];
    private readonly int _maxPages = Math.Max(1, capacityBytes / PageSize);

    private sealed class Page
    {
        public readonly byte[] Bytes = new byte[PageSize];
        public ulong Known;
        public ulong Unreadable;
    }

    /// <summary>Copies what is known from an address on, up to the first unknown or unreadable block.</summary>
    /// <param name="address">Where to begin.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="unreadable">True when the copy ended because the next block is known to be unreadable.</param>
    public int Copy(ulong address, Span<byte> destination, out bool unreadable)
    {
        unreadable = false;
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address + (ulong)done);
            if (!_pages.TryGetValue(at / PageSize, out Page? page)) return done;
            int offset = (int)(at % PageSize);
            ulong bit = 1UL << (offset / BlockSize);
            if ((page.Unreadable & bit) != 0)
            {
                unreadable = true;
                return done;
            }

            if ((page.Known & bit) == 0) return done;
            int length = Math.Min(BlockSize - offset % BlockSize, destination.Length - done);
            page.Bytes.AsSpan(offset, length).CopyTo(destination[done..]);
            done += length;
        }

        return done;
    }

    /// <summary>Keeps whole blocks; the address must be that of a block.</summary>
    public void Add(ulong address, ReadOnlySpan<byte> data)
    {
        for (; data.Length >= BlockSize; data = data[BlockSize..], address = unchecked(address + BlockSize))
        {
            Page page = Get(address);
            int offset = (int)(address % PageSize);
            data[..BlockSize].CopyTo(page.Bytes.AsSpan(offset));
            page.Known |= 1UL << (offset / BlockSize);
        }
    }

    /// <summary>Remembers that nothing can be read from an address to the end of its page.</summary>
    public void AddUnreadable(ulong address)
    {
        int block = (int)(address % PageSize) / BlockSize;
        Get(address).Unreadable |= ulong.MaxValue << block;
    }

    /// <summary>Forgets the pages that a write touches.</summary>
    public void Forget(ulong address, int length)
    {
        if (length <= 0) return;
        ulong last = unchecked(address + (ulong)length - 1) / PageSize;
        for (ulong page = address / PageSize; page <= last; page++) _pages.Remove(page);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _pages.Clear();

    private Page Get(ulong address)
    {
        if (_pages.TryGetValue(address / PageSize, out Page? page)) return page;
        // One halt seldom fills the cache; starting over is simpler than a rule that nobody would notice.
        if (_pages.Count >= _maxPages) _pages.Clear();
        return _pages[address / PageSize] = new Page();
    }
}
