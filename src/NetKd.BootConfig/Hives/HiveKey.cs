namespace NetKd.BootConfig.Hives;

/// <summary>A key of an open hive. Names are compared without letter case. Of no use after the key was deleted.</summary>
public sealed class HiveKey
{
    private readonly Hive _hive;

    internal HiveKey(Hive hive, int cell)
    {
        _hive = hive;
        Cell = cell;
    }

    /// <summary>The key's name.</summary>
    public string Name => Node.Name;

    /// <summary>When the key was last changed.</summary>
    public DateTime LastWritten => DateTime.FromFileTimeUtc(Math.Clamp(Node.LastWritten, 0, DateTime.MaxValue.ToFileTimeUtc()));

    /// <summary>How many subkeys the key has.</summary>
    public int SubkeyCount => Node.SubkeyCount;

    /// <summary>The subkeys in the order of the file, which is the order of their names. The key must not change meanwhile.</summary>
    public IEnumerable<HiveKey> Subkeys => _hive.Subkeys.All(Node).Select(cell => new HiveKey(_hive, cell));

    /// <summary>The values in the order in which they were made. The key must not change meanwhile.</summary>
    public IEnumerable<HiveValue> Values => _hive.Values.All(Node).Select(Read);

    internal int Cell { get; }

    private KeyNode Node => new(_hive.Cells, Cell);

    /// <summary>A subkey, or null.</summary>
    public HiveKey? Find(string name)
    {
        int cell = _hive.Subkeys.Find(Node, name);
        return cell == CellSpace.None ? null : new HiveKey(_hive, cell);
    }

    /// <summary>A subkey; made when it does not exist.</summary>
    public HiveKey FindOrAdd(string name)
    {
        if (Find(name) is { } existing) return existing;
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > HiveLimits.MaxKeyNameLength || name.Contains('\\', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"A key's name has 1 to {HiveLimits.MaxKeyNameLength} characters, none of them a backslash or a zero.", nameof(name));
        long now = _hive.Touch();
        KeyNode made = KeyNode.Create(_hive.Cells, name, Cell, now);
        made.Security = _hive.Security.Share(Node.Security);
        KeyNode node = Node;
        _hive.Subkeys.Add(node, made.Cell, name);
        node.LargestSubkeyName = Math.Max(node.LargestSubkeyName, 2 * name.Length);
        node.LastWritten = now;
        return new HiveKey(_hive, made.Cell);
    }

    /// <summary>Deletes a subkey and all below it. False when there is none of that name.</summary>
    public bool Delete(string name)
    {
        int cell = _hive.Subkeys.Find(Node, name);
        if (cell == CellSpace.None) return false;
        KeyNode node = Node;
        _hive.Subkeys.Remove(node, cell);
        _hive.FreeTree(cell);
        node.LastWritten = _hive.Touch();
        return true;
    }

    /// <summary>A value, or null. The default value has an empty name.</summary>
    public HiveValue? Value(string name)
    {
        int cell = _hive.Values.Find(Node, name);
        return cell == CellSpace.None ? null : Read(cell);
    }

    /// <summary>Sets a value, new or existing.</summary>
    public void SetValue(string name, HiveValueType type, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > HiveLimits.MaxValueNameLength) throw new ArgumentException($"A value's name has at most {HiveLimits.MaxValueNameLength} characters.", nameof(name));
        if (data.Length > HiveLimits.MaxValueSize) throw new ArgumentException($"A value has at most {HiveLimits.MaxValueSize} bytes.", nameof(data));
        KeyNode node = Node;
        _hive.Values.Set(node, name, type, data);
        node.LastWritten = _hive.Touch();
    }

    /// <summary>Deletes a value. False when there is none of that name.</summary>
    public bool DeleteValue(string name)
    {
        int cell = _hive.Values.Find(Node, name);
        if (cell == CellSpace.None) return false;
        KeyNode node = Node;
        _hive.Values.Remove(node, cell);
        node.LastWritten = _hive.Touch();
        return true;
    }

    private HiveValue Read(int cell) => new(_hive.Values.NameOf(cell), _hive.Values.TypeOf(cell), _hive.Values.DataOf(cell));
}
