using System.Buffers.Binary;

namespace NetKd.Target.Simulation;

/// <summary>
/// The simulated machine's RAM: addresses 0 up to <see cref="Size"/>, in pages made when first touched. Pages of the bulk region come
/// with <see cref="BulkRegion"/>'s pattern, all others with zeros. Not thread safe: the machine's thread owns it.
/// </summary>
public sealed class PhysicalMemory
{
    /// <summary>Bytes of a page.</summary>
    public const int PageSize = 0x1000;

    private readonly byte[]?[] _pages;

    /// <summary>Makes RAM of a size in bytes, a multiple of the page size.</summary>
    public PhysicalMemory(ulong size)
    {
        Size = size;
        _pages = new byte[]?[size / PageSize];
    }

    /// <summary>Bytes of RAM.</summary>
    public ulong Size { get; }

    /// <summary>Copies from RAM. Returns the bytes copied from the start; fewer at the end of RAM.</summary>
    public int Read(ulong address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length && address < Size)
        {
            int offset = (int)(address % PageSize);
            int length = Math.Min(destination.Length - done, PageSize - offset);
            Page(address).AsSpan(offset, length).CopyTo(destination[done..]);
            done += length;
            address += (ulong)length;
        }

        return done;
    }

    /// <summary>Copies into RAM. Returns the bytes copied from the start; fewer at the end of RAM.</summary>
    public int Write(ulong address, ReadOnlySpan<byte> source)
    {
        int done = 0;
        while (done < source.Length && address < Size)
        {
            int offset = (int)(address % PageSize);
            int length = Math.Min(source.Length - done, PageSize - offset);
            source.Slice(done, length).CopyTo(Page(address).AsSpan(offset));
            done += length;
            address += (ulong)length;
        }

        return done;
    }

    /// <summary>Reads an aligned u64, 0 beyond the end of RAM: what page walks need.</summary>
    public ulong ReadUInt64(ulong address) =>
        address < Size ? BinaryPrimitives.ReadUInt64LittleEndian(Page(address).AsSpan((int)(address % PageSize))) : 0;

    /// <summary>Writes an aligned u64 within RAM.</summary>
    public void WriteUInt64(ulong address, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(Page(address).AsSpan((int)(address % PageSize)), value);

    private byte[] Page(ulong address) => _pages[address / PageSize] ??= NewPage(address & ~(ulong)(PageSize - 1));

    private static byte[] NewPage(ulong address)
    {
        byte[] page = new byte[PageSize];
        if (address >= BulkRegion.PhysicalBase && address - BulkRegion.PhysicalBase < BulkRegion.Size)
            BulkRegion.Fill(page, address - BulkRegion.PhysicalBase);
        return page;
    }
}
