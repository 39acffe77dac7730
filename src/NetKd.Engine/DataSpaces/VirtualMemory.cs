using System.Buffers.Binary;
using NetKd.Engine.Session;
using NetKd.Symbols;

namespace NetKd.Engine.DataSpaces;

/// <summary>
/// The target's virtual memory. Addresses are 64-bit; those of 32-bit targets are sign-extended. For the thread that holds the session.
/// </summary>
public sealed class VirtualMemory : ISearchableMemory
{
    // Above this a read gains nothing from the cache and would only empty it.
    private const int LargeRead = 16 * 1024;
    private const int LargestSearchRequest = 1 << 20;
    private const int PageSize = 4096;

    private readonly DebugClient _client;
    private readonly MemoryCache _cache;
    private readonly byte[] _blocks = new byte[PayloadLimits.Large];

    internal VirtualMemory(DebugClient client, int cacheSize)
    {
        _client = client;
        _cache = new MemoryCache(cacheSize);
    }

    /// <summary>
    /// Reads memory, through the cache of this halt. Returns how many bytes from the start could be read; fewer than asked means
    /// that the byte after them is not readable.
    /// </summary>
    public int Read(ulong address, Span<byte> destination, CancellationToken cancellation = default)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            // A kernel that runs on has no halt for the cache to live in.
            if (destination.Length >= LargeRead || _client.IsLocalKernel) return ReadUncached(calls, address, destination, cancellation);
            int done = 0;
            while (true)
            {
                done += _cache.Copy(unchecked(address + (ulong)done), destination[done..], out bool unreadable);
                if (done == destination.Length || unreadable) return done;
                Fill(calls, unchecked(address + (ulong)done), destination.Length - done, cancellation);
            }
        }
    }

    int IAddressReader.Read(ulong address, Span<byte> destination) => Read(address, destination);

    ulong? ISearchableMemory.Search(ulong address, ulong length, ReadOnlySpan<byte> pattern) => Search(address, length, pattern);

    /// <summary>Reads exactly the bytes asked for, past the cache: for device memory, where a wider read would have effects.</summary>
    public int ReadUncached(ulong address, Span<byte> destination, CancellationToken cancellation = default)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn) return ReadUncached(calls, address, destination, cancellation);
    }

    /// <summary>Writes memory. Returns how many bytes from the start were written.</summary>
    public int Write(ulong address, ReadOnlySpan<byte> source, CancellationToken cancellation = default)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            ForgetWritten(address, source.Length);
            int done = 0;
            while (done < source.Length)
            {
                int length = Math.Min(source.Length - done, calls.MaxMemory);
                Span<byte> request = calls.Begin(ManipulateApi.DbgKdWriteVirtualMemoryApi);
                ManipulateUnion.WriteUInt64(request, ManipulateUnion.MemoryAddress, unchecked(address + (ulong)done));
                ManipulateUnion.WriteUInt32(request, ManipulateUnion.MemoryCount, (uint)length);
                calls.AddData(source.Slice(done, length));
                uint status = calls.Exchange(out ReadOnlySpan<byte> reply, cancellation);
                if (calls.WasTooLarge) continue;
                int written = (int)Math.Min(ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MemoryActual), (uint)length);
                if (NtStatus.IsSuccess(status) || written > 0) done += written;
                if (written < length) break;
            }

            return done;
        }
    }

    /// <summary>Reads a little-endian number of 1, 2, 4 or 8 bytes.</summary>
    public bool TryReadInteger(ulong address, int size, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bool done = Read(address, bytes[..size]) == size;
        value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return done;
    }

    /// <summary>Reads a pointer of the target's size; 32-bit ones are sign-extended.</summary>
    public bool TryReadPointer(ulong address, out ulong value)
    {
        if (_client.Target.Is64Bit) return TryReadInteger(address, 8, out value);
        bool done = TryReadInteger(address, 4, out value);
        value = unchecked((ulong)(int)(uint)value);
        return done;
    }

    /// <summary>
    /// Finds the first occurrence of a pattern in a range, or null. The target searches by itself where it can; else the range is read.
    /// </summary>
    public ulong? Search(ulong address, ulong length, ReadOnlySpan<byte> pattern, CancellationToken cancellation = default)
    {
        if (pattern.IsEmpty || length < (ulong)pattern.Length) return null;
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            while (length >= (ulong)pattern.Length)
            {
                ulong piece = Math.Min(length, LargestSearchRequest);
                Span<byte> request = calls.Begin(ManipulateApi.DbgKdSearchMemoryApi);
                ManipulateUnion.WriteUInt64(request, ManipulateUnion.SearchAddress, address);
                ManipulateUnion.WriteUInt64(request, ManipulateUnion.SearchLength, piece);
                ManipulateUnion.WriteUInt32(request, ManipulateUnion.SearchPatternLength, (uint)pattern.Length);
                calls.AddData(pattern);
                uint status = calls.Exchange(out ReadOnlySpan<byte> reply, cancellation);
                if (status == NtStatus.Success)
                {
                    // A place that was not asked about is none: who goes on from there would never end.
                    ulong found = ManipulateUnion.ReadUInt64(reply, ManipulateUnion.SearchAddress);
                    return unchecked(found - address) <= piece - (ulong)pattern.Length ? found : SearchByReading(address, length, pattern, cancellation);
                }

                if (status != NtStatus.NoMoreEntries) return SearchByReading(address, length, pattern, cancellation);
                if (piece == length) return null;
                ulong advance = piece - (ulong)pattern.Length + 1;
                address = unchecked(address + advance);
                length -= advance;
            }

            return null;
        }
    }

    /// <summary>Fills a range with a repeated pattern. False when some of it cannot be written.</summary>
    public bool Fill(ulong address, ulong length, ReadOnlySpan<byte> pattern, CancellationToken cancellation = default)
    {
        if (pattern.IsEmpty) return false;
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            if (length <= int.MaxValue && pattern.Length <= 0x200)
            {
                ForgetWritten(address, (int)length);
                Span<byte> request = calls.Begin(ManipulateApi.DbgKdFillMemoryApi);
                ManipulateUnion.WriteUInt64(request, ManipulateUnion.FillAddress, address);
                ManipulateUnion.WriteUInt32(request, ManipulateUnion.FillLength, (uint)length);
                ManipulateUnion.WriteUInt16(request, ManipulateUnion.FillFlags, ManipulateUnion.FillVirtual);
                ManipulateUnion.WriteUInt16(request, ManipulateUnion.FillPatternLength, (ushort)pattern.Length);
                calls.AddData(pattern);
                uint status = calls.Exchange(out _, cancellation);
                if (status == NtStatus.Success) return true;
                if (status == NtStatus.AccessViolation) return false;
            }

            return FillByWriting(address, length, pattern, cancellation);
        }
    }

    /// <summary>Forgets what was read during this halt, so that it is read again: for memory that devices change.</summary>
    public void ForgetCache() => _cache.Clear();

    internal void ForgetCache(ulong address, int length) => _cache.Forget(address, length);

    /// <summary>Forgets bytes that are about to change, also those of images that are kept between stops.</summary>
    private void ForgetWritten(ulong address, int length)
    {
        _cache.Forget(address, length);
        _client.Modules.ForgetConstant(address, length);
    }

    private void Fill(TargetCalls calls, ulong address, int wanted, CancellationToken cancellation)
    {
        // Whole blocks around the wanted bytes, and on to what one reply carries, but not past the wanted page's end:
        // the rest of a page is as good as free, the next page may not be there.
        ulong start = address & ~(ulong)(MemoryCache.BlockSize - 1);
        ulong wantedEnd = unchecked(address + (ulong)wanted + MemoryCache.BlockSize - 1) & ~(ulong)(MemoryCache.BlockSize - 1);
        ulong pageEnd = (unchecked(address + (ulong)wanted - 1) | (PageSize - 1)) + 1;
        int carries = calls.MaxMemory / MemoryCache.BlockSize * MemoryCache.BlockSize;
        ulong reach = Math.Max(unchecked(wantedEnd - start), unchecked(pageEnd - start));
        int length = (int)Math.Min(reach, (ulong)carries);
        int read = ReadOnce(calls, start, _blocks.AsSpan(0, length), cancellation);
        int whole = read / MemoryCache.BlockSize * MemoryCache.BlockSize;
        _cache.Add(start, _blocks.AsSpan(0, whole));
        if (whole < length) _cache.AddUnreadable(unchecked(start + (ulong)whole));
    }

    private static int ReadUncached(TargetCalls calls, ulong address, Span<byte> destination, CancellationToken cancellation)
    {
        int done = 0;
        while (done < destination.Length)
        {
            int length = Math.Min(destination.Length - done, calls.MaxMemory);
            int read = ReadOnce(calls, unchecked(address + (ulong)done), destination.Slice(done, length), cancellation);
            done += read;
            if (read == 0) break;
        }

        return done;
    }

    private static int ReadOnce(TargetCalls calls, ulong address, Span<byte> destination, CancellationToken cancellation)
    {
        Span<byte> request = calls.Begin(ManipulateApi.DbgKdReadVirtualMemoryApi);
        ManipulateUnion.WriteUInt64(request, ManipulateUnion.MemoryAddress, address);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.MemoryCount, (uint)destination.Length);
        uint status = calls.Exchange(out ReadOnlySpan<byte> reply, cancellation);
        if (calls.WasTooLarge) return ReadUncached(calls, address, destination, cancellation);
        if (!NtStatus.IsSuccess(status)) return 0;
        uint actual = Math.Min(ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MemoryActual), (uint)destination.Length);
        int there = Math.Min((int)actual, reply.Length - ManipulateHeader.Size);
        reply.Slice(ManipulateHeader.Size, there).CopyTo(destination);
        return there;
    }

    private ulong? SearchByReading(ulong address, ulong length, ReadOnlySpan<byte> pattern, CancellationToken cancellation)
    {
        byte[] buffer = new byte[64 * 1024 + pattern.Length];
        ulong end = unchecked(address + length);
        while (unchecked(end - address) >= (ulong)pattern.Length && address < end)
        {
            int want = (int)Math.Min((ulong)buffer.Length, unchecked(end - address));
            int got = ReadUncached(_client.Calls, address, buffer.AsSpan(0, want), cancellation);
            int found = buffer.AsSpan(0, got).IndexOf(pattern);
            if (found >= 0) return address + (ulong)found;
            if (got < want) address = (unchecked(address + (ulong)got) | (PageSize - 1)) + 1;
            else if (want < buffer.Length) return null;
            else address += (ulong)(want - pattern.Length + 1);
        }

        return null;
    }

    private bool FillByWriting(ulong address, ulong length, ReadOnlySpan<byte> pattern, CancellationToken cancellation)
    {
        byte[] piece = new byte[(0x1000 + pattern.Length - 1) / pattern.Length * pattern.Length];
        for (int i = 0; i < piece.Length; i++) piece[i] = pattern[i % pattern.Length];
        while (length > 0)
        {
            int want = (int)Math.Min(length, (ulong)piece.Length);
            if (Write(address, piece.AsSpan(0, want), cancellation) != want) return false;
            address = unchecked(address + (ulong)want);
            length -= (ulong)want;
        }

        return true;
    }
}
