using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Symbols;

namespace NetKd.Target.Bridge;

/// <summary>
/// A machine's memory through its stub, a page at a time and ahead where reads go on, kept while the machine stands still: debuggers ask for much
/// smaller pieces than a stub gives at once.
/// </summary>
/// <param name="client">The stub.</param>
/// <param name="addressMask">The bits of an address that the machine has.</param>
public sealed class GuestMemory(GdbClient client, ulong addressMask = ulong.MaxValue) : IAddressReader
{
    private const int PageSize = 4096;

    // A stub takes several questions at once: a run of pages costs little more than one.
    private const int PagesAhead = 16;
    private const int MaxPages = 8192;

    private readonly Dictionary<ulong, byte[]> _pages = [];
    private string _thread = "";
    private ulong _next;

    /// <summary>The processor whose address space is read.</summary>
    public string Thread
    {
        get => _thread;
        set
        {
            if (_thread != value) Forget();
            _thread = value;
        }
    }

    /// <summary>Reads memory. Returns how many bytes from the start could be read.</summary>
    public int Read(ulong address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address + (ulong)done) & addressMask;
            int offset = (int)(at % PageSize);
            byte[] page = Page(at - (ulong)offset);
            if (offset >= page.Length) break;
            int length = Math.Min(destination.Length - done, page.Length - offset);
            page.AsSpan(offset, length).CopyTo(destination[done..]);
            done += length;
            if (page.Length < PageSize) break;
        }

        return done;
    }

    /// <summary>Reads a pointer of 4 or 8 bytes, the shorter ones sign-extended; 0 where there is none to be read.</summary>
    public ulong ReadPointer(ulong address, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        return Read(address, bytes[..size]) == size ? ToPointer(bytes, size) : 0;
    }

    /// <summary>The pointer of 4 or 8 bytes at the start of some, the shorter ones sign-extended, as KD carries them.</summary>
    public static ulong ToPointer(ReadOnlySpan<byte> bytes, int size) =>
        size == 4 ? unchecked((ulong)BinaryPrimitives.ReadInt32LittleEndian(bytes)) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    /// <summary>Reads a few bytes at each of several places (<see cref="GdbClient.ReadPlaces"/>). Nothing of it is kept.</summary>
    public int ReadPlaces(ulong address, long distance, int size, Span<byte> destination) =>
        client.ReadPlaces(_thread, address & addressMask, distance, size, destination);

    /// <summary>Writes memory. Returns how many bytes from the start were written.</summary>
    public int Write(ulong address, ReadOnlySpan<byte> source)
    {
        Forget();
        return client.WriteMemory(_thread, address & addressMask, source);
    }

    /// <summary>Forgets what was read: the machine ran.</summary>
    public void Forget() => _pages.Clear();

    private byte[] Page(ulong address)
    {
        if (_pages.TryGetValue(address, out byte[]? known)) return known;
        if (_pages.Count >= MaxPages) _pages.Clear();
        int count = address == _next ? PagesAhead : 1;
        byte[] run = new byte[count * PageSize];
        int read = client.ReadMemory(_thread, address, run);
        // Who reads on gets the next pages while these are on their way.
        if (count > 1 && read == run.Length) client.ReadAhead(_thread, unchecked(address + (ulong)run.Length), run.Length);
        for (int i = 0; i < count && (i == 0 || i * PageSize < read); i++)
            _pages[unchecked(address + (ulong)(i * PageSize))] = run[(i * PageSize)..Math.Min((i + 1) * PageSize, Math.Max(read, i * PageSize))];
        _next = unchecked(address + (ulong)(count * PageSize));
        return _pages[address];
    }
}
