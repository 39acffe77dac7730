using NetKd.BootConfig.Storage;

namespace NetKd.BootConfig.Hives;

/// <summary>
/// Opens hives from files, with the logs beside them, and saves them so that at every moment either the old or the new hive is there
/// whole: the new file is written beside the old one and flushed, the old one is kept as <c>NAME.bak</c>, then the names are switched.
/// </summary>
public static class HiveFile
{
    /// <summary>What the file before the last save is called, after the hive's name.</summary>
    public const string BackupSuffix = ".bak";

    private const string NewSuffix = ".netkd-new";
    private const string NewBackupSuffix = ".netkd-bak";

    private static readonly string[] s_logSuffixes = [".LOG", ".LOG1", ".LOG2"];

    /// <summary>Opens a hive.</summary>
    /// <exception cref="FileNotFoundException">There is no file of this name.</exception>
    /// <exception cref="HiveFormatException">The hive is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Hive Open(string path, IStoreFiles? files = null)
    {
        files ??= DiskFiles.Instance;
        byte[] file = files.Read(path, BaseBlock.Size + 2L * HiveLimits.MaxBinsSize) ?? throw new FileNotFoundException($"there is no file {path}", path);
        List<byte[]> logs = [];
        foreach (string suffix in s_logSuffixes)
        {
            if (files.Read(path + suffix, HiveLimits.MaxLogSize) is { } log) logs.Add(log);
        }

        return Hive.Open(file, logs);
    }

    /// <summary>Saves a hive under a name, new or existing. After a failure the old file is there as it was.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public static void Save(Hive hive, string path, IStoreFiles? files = null)
    {
        ArgumentNullException.ThrowIfNull(hive);
        files ??= DiskFiles.Instance;
        string whole = path + NewSuffix;
        try
        {
            Write(hive, whole, files);
            Backup(path, files);
            files.Replace(path, whole);
            files.FlushFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(whole, files);
            TryDelete(path + NewBackupSuffix, files);
            throw;
        }
    }

    // The new file, too, is marked as being written until all of it is on the disk; whoever finds it sees whether it is whole.
    private static void Write(Hive hive, string path, IStoreFiles files)
    {
        byte[] image = hive.BeginWrite();
        files.Create(path, image);
        files.Flush(path);
        int changed = hive.EndWrite(image);
        files.Overwrite(path, image.AsSpan(0, changed));
        files.Flush(path);
    }

    private static void Backup(string path, IStoreFiles files)
    {
        if (files.Read(path, BaseBlock.Size + 2L * HiveLimits.MaxBinsSize) is not { } old) return;
        string copy = path + NewBackupSuffix;
        files.Create(copy, old);
        files.Flush(copy);
        files.Replace(path + BackupSuffix, copy);
    }

    private static void TryDelete(string path, IStoreFiles files)
    {
        try
        {
            files.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure to report is the first one.
        }
    }
}
