using NetKd.Engine.Session;
using NetKd.Symbols;

namespace NetKd.Engine.DataSpaces;

/// <summary>
/// The parts of a loaded image that do not change while it is loaded: headers, exports, function table, unwind data, and code, out of which the
/// engine takes its breakpoints at every stop. What was read once is kept from one stop to the next, together with what else the reply
/// carried, until the debugger itself writes there; that something could not be read is not, since a page may be there later. Not for data. For
/// the thread that holds the session.
/// </summary>
internal sealed class ImageMemory(IAddressReader target) : IAddressReader
{
    // What one KDNET reply carries, in whole blocks.
    private const int ReadAhead = 1344;
    private const int PageSize = 4096;
    private const int MaxKeptBytes = 32 << 20;

    private readonly MemoryCache _kept = new(MaxKeptBytes);

    /// <inheritdoc/>
    public int Read(ulong address, Span<byte> destination)
    {
        int done = 0;
        while (true)
        {
            done += _kept.Copy(unchecked(address + (ulong)done), destination[done..], out _);
            if (done == destination.Length) return done;
            int more = Fill(unchecked(address + (ulong)done), destination[done..]);
            done += more;
            if (more == 0 || done == destination.Length) return done;
        }
    }

    /// <summary>Forgets what a write changes.</summary>
    public void Forget(ulong address, int length) => _kept.Forget(address, length);

    /// <summary>Forgets everything.</summary>
    public void Forget() => _kept.Clear();

    private int Fill(ulong address, Span<byte> destination)
    {
        ulong block = address & ~(ulong)(MemoryCache.BlockSize - 1);
        if (destination.Length < ReadAhead / 4)
        {
            // Unwind data of neighbours lies on both sides.
            ulong earlier = Math.Max(address & ~(ulong)(PageSize - 1), unchecked(block - ReadAhead / 4 / MemoryCache.BlockSize * MemoryCache.BlockSize));
            if (Take(earlier, address, ReadAhead, destination) is var taken and > 0) return taken;
        }

        int wanted = (int)(address - block) + destination.Length;
        return Take(block, address, Math.Max(ReadAhead, (wanted + MemoryCache.BlockSize - 1) / MemoryCache.BlockSize * MemoryCache.BlockSize), destination);
    }

    /// <summary>Reads from a block's start on. Returns how many of the wanted bytes came.</summary>
    private int Take(ulong start, ulong address, int length, Span<byte> destination)
    {
        byte[] bytes = new byte[length];
        int read = target.Read(start, bytes);
        _kept.Add(start, bytes.AsSpan(0, read));
        int before = (int)(address - start);
        if (read <= before) return 0;
        ReadOnlySpan<byte> there = bytes.AsSpan(before, Math.Min(read - before, destination.Length));
        there.CopyTo(destination);
        return there.Length;
    }
}
