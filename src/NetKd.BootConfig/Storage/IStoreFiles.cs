namespace NetKd.BootConfig.Storage;

/// <summary>
/// The file operations of reading and saving a store, one call each, so that a test can cut the power between any two. Each throws
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
public interface IStoreFiles
{
    /// <summary>The bytes of a file, or null when there is no file of this name.</summary>
    /// <exception cref="IOException">The file cannot be read, or has more bytes than that.</exception>
    byte[]? Read(string path, long mostBytes);

    /// <summary>Makes a file, or empties it, and writes it.</summary>
    void Create(string path, ReadOnlySpan<byte> bytes);

    /// <summary>Writes over the beginning of a file.</summary>
    void Overwrite(string path, ReadOnlySpan<byte> bytes);

    /// <summary>Returns when the content of a file is on the disk.</summary>
    void Flush(string path);

    /// <summary>Gives a file the name of another, which it replaces in one step, and its permissions.</summary>
    void Replace(string path, string by);

    /// <summary>Returns when the names in the folder of a file are on the disk, as far as the system can tell.</summary>
    void FlushFolder(string path);

    /// <summary>Deletes a file, if it is there.</summary>
    void Delete(string path);
}
