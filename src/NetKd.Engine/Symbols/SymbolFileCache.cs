using NetKd.Symbols;

namespace NetKd.Engine.Symbols;

/// <summary>
/// The symbol files that this process has open, each once: a second target with the same module shares what the first has read. A file is
/// known by path, length and time of its last change, so that one that was built anew is another file. Safe to use from any thread.
/// </summary>
public sealed class SymbolFileCache
{
    private readonly Dictionary<Key, Entry> _entries = [];

    /// <summary>The one of this process.</summary>
    public static SymbolFileCache Shared { get; } = new();

    /// <summary>How many files are open.</summary>
    public int Count
    {
        get
        {
            lock (_entries) return _entries.Count;
        }
    }

    /// <summary>
    /// Opens a file, or takes the one that is open already. <paramref name="open"/> is called for the first user only; the file is closed when
    /// the last lease on it is disposed.
    /// </summary>
    /// <exception cref="IOException">The file is not there. What <paramref name="open"/> throws is passed on, to every caller that waits for it.</exception>
    public SymbolFileLease Open(string path, Func<string, SymbolFile> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        string full = Path.GetFullPath(path);
        FileInfo information = new(full);
        Key key = new(full, information.Length, information.LastWriteTimeUtc);
        Entry? entry;
        lock (_entries)
        {
            if (!_entries.TryGetValue(key, out entry)) _entries[key] = entry = new Entry(new Lazy<SymbolFile>(() => open(full)));
            entry.Users++;
        }

        try
        {
            // Outside the lock: opening one file must not hold up others.
            return new SymbolFileLease(entry.File.Value, () => Release(key, entry));
        }
        catch
        {
            Release(key, entry);
            throw;
        }
    }

    private void Release(Key key, Entry entry)
    {
        lock (_entries)
        {
            if (--entry.Users > 0) return;
            if (_entries.TryGetValue(key, out Entry? present) && ReferenceEquals(present, entry)) _entries.Remove(key);
        }

        if (entry.File.IsValueCreated) entry.File.Value.Dispose();
    }

    private readonly record struct Key(string Path, long Length, DateTime Changed);

    private sealed class Entry(Lazy<SymbolFile> file)
    {
        public Lazy<SymbolFile> File { get; } = file;

        public int Users { get; set; }
    }
}
