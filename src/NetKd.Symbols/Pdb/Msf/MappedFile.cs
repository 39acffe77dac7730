using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace NetKd.Symbols.Pdb.Msf;

/// <summary>
/// A file in memory, mapped by the system: only what is looked at is read, and several targets share it. What is large and looked at once is
/// read into the caller's memory instead: the system maps 64 KiB around each byte that is touched, and a walk over scattered records would
/// bring the whole file into the process. Safe to use from several threads; nobody may use it, or a span of it, after it was disposed.
/// </summary>
public sealed unsafe class MappedFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    private MappedFile(SafeFileHandle handle, MemoryMappedFile file, MemoryMappedViewAccessor view, long length)
    {
        _handle = handle;
        _file = file;
        _view = view;
        Length = length;
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + view.PointerOffset;
    }

    /// <summary>The file's size in bytes.</summary>
    public long Length { get; }

    /// <summary>Maps a file.</summary>
    /// <exception cref="IOException">It cannot be read, or is empty.</exception>
    public static MappedFile Open(string path)
    {
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        try
        {
            long length = RandomAccess.GetLength(handle);
            if (length == 0) throw new IOException($"{path} is empty.");
            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new MappedFile(handle, file, file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), length);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Some of its bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not all within the file.</exception>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>Copies some of its bytes without mapping them. Returns how many there were: fewer than asked at the file's end, or when it cannot be read.</summary>
    public int Read(long offset, Span<byte> destination)
    {
        int done = 0;
        try
        {
            while (done < destination.Length && RandomAccess.Read(_handle, destination[done..], offset + done) is var read and > 0) done += read;
        }
        catch (IOException)
        {
            // A network drive that went away: what was read counts.
        }

        return done;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        _handle.Dispose();
    }
}
