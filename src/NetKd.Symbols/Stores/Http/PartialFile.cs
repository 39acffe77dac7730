using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetKd.Symbols.Stores.Http;

/// <summary>
/// A download while it is not complete: a file beside where it will be, and one that says where it came from and of which version it is, so
/// that it can go on later. One process at a time has it; another one downloads into a file of its own.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const string Suffix = ".partial";
    private const string OriginSuffix = ".partial.from";
    private const int MaxOriginBytes = 1024;

    private readonly string _folder;
    private readonly string _fileName;
    private readonly string _path;
    private readonly bool _isShared;
    private FileStream? _stream;

    private PartialFile(string folder, string fileName, string path, FileStream stream, bool isShared)
    {
        _folder = folder;
        _fileName = fileName;
        _path = path;
        _stream = stream;
        _isShared = isShared;
    }

    /// <summary>How many bytes are there, from the start.</summary>
    public long Length => _stream!.Length;

    /// <summary>What the server called the version that the bytes are of (ETag or Last-Modified); null when the download cannot go on from here.</summary>
    public string? Validator { get; private set; }

    /// <summary>The size of the whole file; null when it is not known.</summary>
    public long? Total { get; private set; }

    private string OriginPath => Path.Combine(_folder, _fileName + OriginSuffix);

    /// <summary>The part that an earlier download from an address left; null when there is none that can be used.</summary>
    public static PartialFile? TryFind(string folder, string fileName, Uri address)
    {
        string path = Path.Combine(folder, fileName + Suffix);
        try
        {
            if (!File.Exists(path) || Lock(path, FileMode.Open) is not { } stream) return null;
            PartialFile file = new(folder, fileName, path, stream, isShared: true);
            file.ReadOrigin(address);
            if (file.Validator is not null && file.Length > 0) return file;
            file.Discard();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without it the download begins anew, and says what is wrong with the folder.
        }

        return null;
    }

    /// <summary>A new part in a folder, which is made where it is missing.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static PartialFile Create(string folder, string fileName)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, fileName + Suffix);
        if (Lock(path, FileMode.OpenOrCreate) is { } stream) return new PartialFile(folder, fileName, path, stream, isShared: true);
        string own = StoreWriter.Temporary(folder, fileName);
        return new PartialFile(folder, fileName, own, new FileStream(own, FileMode.Open, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous), isShared: false);
    }

    /// <summary>Begins at the start, and writes down of which version the bytes will be.</summary>
    public void Begin(Uri address, string? validator, long? total)
    {
        _stream!.SetLength(0);
        _stream.Position = 0;
        Validator = _isShared ? validator : null;
        Total = total;
        if (Validator is null) return;
        File.WriteAllText(OriginPath, $"{Fingerprint(address)}\n{Validator}\n{total?.ToString(CultureInfo.InvariantCulture)}\n");
    }

    /// <summary>Goes on behind the bytes that are there.</summary>
    public void GoOn() => _stream!.Position = _stream.Length;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => _stream!.WriteAsync(bytes, cancellation);

    /// <summary>Ends the download; the path of a temporary file that holds it.</summary>
    public string Complete()
    {
        _stream!.Flush(flushToDisk: true);
        string temporary = _path;
        if (_isShared)
        {
            // Renamed while it is still locked, so that nobody else takes it for a part to go on with.
            temporary = StoreWriter.Temporary(_folder, _fileName);
            File.Move(_path, temporary, overwrite: true);
            StoreWriter.Delete(OriginPath);
        }

        _stream.Dispose();
        _stream = null;
        return temporary;
    }

    /// <summary>Deletes what is there.</summary>
    public void Discard()
    {
        Validator = null;
        Dispose();
    }

    /// <summary>Keeps what is there when a later download can go on with it, else deletes it.</summary>
    public void Dispose()
    {
        if (_stream is null) return;
        if (Validator is null || _stream.Length == 0)
        {
            StoreWriter.Delete(_path);
            if (_isShared) StoreWriter.Delete(OriginPath);
        }

        _stream.Dispose();
        _stream = null;
    }

    // Addresses may hold tokens, so what is written down is a hash.
    private static string Fingerprint(Uri address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri)));

    private void ReadOrigin(Uri address)
    {
        FileInfo origin = new(OriginPath);
        if (!origin.Exists || origin.Length > MaxOriginBytes) return;
        string[] lines = File.ReadAllText(OriginPath).Split('\n');
        if (lines.Length < 3 || lines[0] != Fingerprint(address) || lines[1].Length == 0) return;
        Validator = lines[1];
        Total = long.TryParse(lines[2], NumberStyles.None, CultureInfo.InvariantCulture, out long total) ? total : null;
    }

    // The system's lock: exclusive, and on Windows such that the file can be renamed while it is held.
    private static FileStream? Lock(string path, FileMode mode)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, mode, FileAccess.Write, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None, 0, FileOptions.Asynchronous);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }

        // Whoever held it may have renamed it between our opening and our locking: then this is the finished file, and not ours.
        if (File.Exists(path)) return stream;
        stream.Dispose();
        return null;
    }
}
