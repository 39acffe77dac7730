using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using NetKd.Symbols;

namespace NetKd.Linux.Local;

/// <summary>
/// The running kernel's memory through <c>/proc/kcore</c>, an ELF core file whose program headers say which addresses are where in it (proc(5), elf(5)).
/// Reading changes nothing; it cannot be written. For any thread.
/// </summary>
public sealed class KernelCore : IAddressReader, IDisposable
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int MaxProgramHeaders = 4096;
    private const uint TypeLoad = 1;
    private const ulong NoPhysicalAddress = ulong.MaxValue;

    private readonly SafeFileHandle _file;
    private readonly Segment[] _segments;

    private KernelCore(SafeFileHandle file, Segment[] segments)
    {
        _file = file;
        _segments = segments;
    }

    private readonly record struct Segment(ulong Virtual, ulong Physical, ulong Size, long Offset);

    /// <summary>Opens a core file.</summary>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The kernel does not permit it.</exception>
    /// <exception cref="InvalidDataException">It is no 64-bit little-endian ELF core.</exception>
    public static KernelCore Open(string path)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        try
        {
            return new KernelCore(file, ReadSegments(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads virtual memory; fewer bytes than asked where it ends, or where the kernel does not give it.</summary>
    public int Read(ulong address, Span<byte> destination) => Read(address, destination, segment => segment.Virtual);

    /// <summary>Reads physical memory.</summary>
    public int ReadPhysical(ulong address, Span<byte> destination) => Read(address, destination, segment => segment.Physical);

    /// <summary>Where the stretch of memory ends that an address is in; 0 where there is none.</summary>
    public ulong EndOf(ulong address) => TryFind(address, segment => segment.Virtual, out Segment segment) ? segment.Virtual + segment.Size : 0;

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private int Read(ulong address, Span<byte> destination, Func<Segment, ulong> startOf)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address + (ulong)done);
            if (!TryFind(at, startOf, out Segment segment)) break;
            ulong within = at - startOf(segment);
            int want = (int)Math.Min((ulong)(destination.Length - done), segment.Size - within);
            int read = ReadFile(segment.Offset + (long)within, destination.Slice(done, want));
            done += read;
            if (read < want) break;
        }

        return done;
    }

    private bool TryFind(ulong address, Func<Segment, ulong> startOf, out Segment found)
    {
        foreach (Segment segment in _segments)
        {
            ulong start = startOf(segment);
            if (start == NoPhysicalAddress || address < start || address - start >= segment.Size) continue;
            found = segment;
            return true;
        }

        found = default;
        return false;
    }

    // Where memory is not there the kernel gives zeros, or refuses; it never half gives a page.
    private int ReadFile(long offset, Span<byte> destination)
    {
        int done = 0;
        try
        {
            while (done < destination.Length)
            {
                int read = RandomAccess.Read(_file, destination[done..], offset + done);
                if (read == 0) break;
                done += read;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What came before counts.
        }

        return done;
    }

    private static Segment[] ReadSegments(SafeFileHandle file)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        if (RandomAccess.Read(file, header, 0) != HeaderSize || !header.StartsWith("\u007fELF\u0002\u0001"u8)) throw new InvalidDataException("it is no 64-bit little-endian ELF file");
        long table = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]), count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        if (size != ProgramHeaderSize || count > MaxProgramHeaders || table < 0) throw new InvalidDataException($"its {count} program headers of {size} bytes are not those of a core file");
        byte[] headers = new byte[size * count];
        if (RandomAccess.Read(file, headers, table) != headers.Length) throw new InvalidDataException("it ends within its program headers");
        List<Segment> segments = [];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = headers.AsSpan(i * size, size);
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != TypeLoad) continue;
            Segment segment = new(
                BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[8..]));
            if (segment.Offset >= 0 && segment.Size <= long.MaxValue - (ulong)segment.Offset) segments.Add(segment);
        }

        return [.. segments];
    }
}
