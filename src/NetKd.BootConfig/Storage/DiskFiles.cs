using System.Runtime.InteropServices;

namespace NetKd.BootConfig.Storage;

/// <summary>Files on a disk.</summary>
public sealed partial class DiskFiles : IStoreFiles
{
    private const int OpenReadOnly = 0;

    /// <summary>The only instance; it has no state.</summary>
    public static DiskFiles Instance { get; } = new();

    /// <inheritdoc/>
    public byte[]? Read(string path, long mostBytes)
    {
        if (!File.Exists(path)) return null;
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > mostBytes) throw new IOException($"{path} has {file.Length} bytes, more than the {mostBytes} that are read");
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Create(string path, ReadOnlySpan<byte> bytes)
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        // Stores hold debugger keys. A file that takes another's place gets that one's permissions.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using FileStream file = new(path, options);
        file.Write(bytes);
    }

    /// <inheritdoc/>
    public void Overwrite(string path, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.None);
        file.Write(bytes);
    }

    /// <inheritdoc/>
    public void Flush(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.None);
        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public void Replace(string path, string by)
    {
        if (File.Exists(path)) CopyPermissions(path, by);
        File.Move(by, path, overwrite: true);
    }

    /// <inheritdoc/>
    public void FlushFolder(string path)
    {
        // NTFS logs its own names; elsewhere a rename is on the disk once the folder is.
        if (OperatingSystem.IsWindows()) return;
        int folder = OpenFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", OpenReadOnly);
        if (folder < 0) return;
        _ = Synchronize(folder);
        _ = Close(folder);
    }

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    // On Windows stores are hidden system files. Elsewhere they often lie on FAT, where a mode that cannot be had is no reason to fail:
    // the new file is then readable by fewer.
    private static void CopyPermissions(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            File.SetAttributes(to, File.GetAttributes(from));
            return;
        }

        UnixFileMode mode = File.GetUnixFileMode(from);
        if (File.GetUnixFileMode(to) == mode) return;
        try
        {
            File.SetUnixFileMode(to, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
