using NetKd.BootConfig.Storage;

namespace NetKd.BootConfig.Tests.Hives;

/// <summary>
/// Files in memory on a disk that loses power at an operation of choice. What was not flushed may or may not be on the disk afterwards:
/// <see cref="AfterPowerCut"/> gives the disk for either case.
/// </summary>
internal sealed class FaultyFiles : IStoreFiles
{
    private readonly Dictionary<string, Content> _names = [];
    private Dictionary<string, Content> _durableNames = [];

    /// <summary>The operation that fails; the one before is the last that is done.</summary>
    public int FailAt { get; set; } = int.MaxValue;

    /// <summary>Whether a failed write leaves its first half.</summary>
    public bool WritesHalf { get; set; }

    public int Operations { get; private set; }

    public IEnumerable<string> Names => _names.Keys;

    /// <summary>The disk after the power came back: with all that was written, or with nothing that was not flushed.</summary>
    public FaultyFiles AfterPowerCut(bool keepsUnflushed)
    {
        FaultyFiles disk = new();
        foreach ((string name, Content content) in keepsUnflushed ? _names : _durableNames)
        {
            byte[] bytes = keepsUnflushed ? content.Bytes : content.Durable;
            disk._names[name] = new Content { Bytes = bytes, Durable = bytes };
        }

        disk._durableNames = new(disk._names);
        return disk;
    }

    public byte[]? Read(string path, long mostBytes) => _names.TryGetValue(path, out Content? content) ? (byte[])content.Bytes.Clone() : null;

    public void Create(string path, ReadOnlySpan<byte> bytes)
    {
        bool fails = Fails();
        if (fails && !WritesHalf) throw Cut();
        Content content = new() { Bytes = (fails ? bytes[..(bytes.Length / 2)] : bytes).ToArray() };
        _names[path] = content;
        // The name of a new file reaches the disk when the file is flushed, or at any time before.
        if (fails) throw Cut();
    }

    public void Overwrite(string path, ReadOnlySpan<byte> bytes)
    {
        bool fails = Fails();
        if (fails && !WritesHalf) throw Cut();
        byte[] now = (byte[])_names[path].Bytes.Clone();
        (fails ? bytes[..(bytes.Length / 2)] : bytes).CopyTo(now);
        _names[path].Bytes = now;
        if (fails) throw Cut();
    }

    public void Flush(string path)
    {
        if (Fails()) throw Cut();
        _names[path].Durable = _names[path].Bytes;
        _durableNames[path] = _names[path];
    }

    public void Replace(string path, string by)
    {
        if (Fails()) throw Cut();
        _names[path] = _names[by];
        _names.Remove(by);
    }

    public void FlushFolder(string path)
    {
        if (Fails()) throw Cut();
        _durableNames = new(_names);
    }

    public void Delete(string path)
    {
        if (Fails()) throw Cut();
        _names.Remove(path);
    }

    // Once the power is gone, everything fails: nothing may depend on tidying up afterwards.
    private bool Fails() => Operations++ >= FailAt;

    private static IOException Cut() => new("the power is gone");

    private sealed class Content
    {
        public byte[] Bytes { get; set; } = [];

        public byte[] Durable { get; set; } = [];
    }
}
