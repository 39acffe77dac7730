namespace NetKd.Symbols.Stores;

/// <summary>
/// Puts files into stores, so that others see a whole file or none: it is written under another name in the same folder, flushed, and
/// renamed. Two processes that write one file at once each write their own; the last rename wins.
/// </summary>
internal static class StoreWriter
{
    private const int BufferBytes = 1 << 17;
    private static readonly TimeSpan s_abandoned = TimeSpan.FromDays(1);

    /// <summary>A new, empty file beside where a file will be. The folder is made where it is missing.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static string Temporary(string folder, string fileName)
    {
        Directory.CreateDirectory(folder);
        RemoveAbandoned(folder, fileName);
        string path = Path.Combine(folder, $"{fileName}.{Path.GetRandomFileName()}.tmp");
        new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None).Dispose();
        return path;
    }

    /// <summary>Copies a file into a store's folder under its name.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static async Task<string> CopyAsync(string source, string folder, string fileName, CancellationToken cancellation)
    {
        string temporary = Temporary(folder, fileName);
        try
        {
            FileStream from = new(source, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (from.ConfigureAwait(false))
            {
                FileStream to = new(temporary, FileMode.Open, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
                await using (to.ConfigureAwait(false))
                {
                    await from.CopyToAsync(to, BufferBytes, cancellation).ConfigureAwait(false);
                    to.Flush(flushToDisk: true);
                }
            }

            return Publish(temporary, folder, fileName);
        }
        catch
        {
            Delete(temporary);
            throw;
        }
    }

    /// <summary>Gives a finished temporary file its name.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be renamed.</exception>
    public static string Publish(string temporary, string folder, string fileName)
    {
        string path = Path.Combine(folder, fileName);
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (OperatingSystem.IsWindows() && (e is IOException or UnauthorizedAccessException) && File.Exists(path))
        {
            // Another debugger has it open: then it is whole, and the same, since its folder is named after what it is.
            Delete(temporary);
        }

        return path;
    }

    /// <summary>Deletes a file that is of no use any more, if that can be done.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left behind: it is removed as abandoned when the next file of the name is written.
        }
    }

    // A process that was killed leaves its temporary file.
    private static void RemoveAbandoned(string folder, string fileName)
    {
        foreach (string path in Directory.EnumerateFiles(folder, $"{fileName}.*.tmp"))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > s_abandoned) Delete(path);
        }
    }
}
