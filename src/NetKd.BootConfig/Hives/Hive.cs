namespace NetKd.BootConfig.Hives;

/// <summary>
/// A registry hive in memory: the cells of a file, edited in place. Reading and writing files is <see cref="HiveFile"/>'s work. Format:
/// the public "Windows registry file format specification" by Maxim Suhanov. Not for use from several threads.
/// </summary>
public sealed class Hive
{
    // The system and the administrators may do everything, with whatever lies below; owner and group are the administrators.
    private static readonly byte[] s_descriptor = Convert.FromHexString(
        "0100048048000000580000000000000014000000" + "0200340002000000"
        + "000314003f000f00" + "010100000000000512000000"
        + "000318003f000f00" + "01020000000000052000000020020000"
        + "01020000000000052000000020020000" + "01020000000000052000000020020000");

    private readonly BaseBlock _base;
    private readonly TimeProvider _time;

    private Hive(BaseBlock baseBlock, CellSpace cells, SubkeyLists subkeys, TimeProvider time)
    {
        _base = baseBlock;
        _time = time;
        Cells = cells;
        Subkeys = subkeys;
        Values = new ValueLists(cells);
        Security = new SecurityCells(cells);
    }

    /// <summary>The root key.</summary>
    public HiveKey Root => new(this, (int)_base.RootCell);

    /// <summary>The sequence number of the last completed write.</summary>
    public uint Sequence => _base.PrimarySequence;

    /// <summary>Bytes of the hive's bins.</summary>
    public int BinsSize => Cells.Length;

    /// <summary>Bytes in free cells, which later edits use.</summary>
    public int FreeBytes => Cells.FreeBytes;

    /// <summary>What recovery did when the hive was opened; null when the file was clean.</summary>
    public string? Recovery { get; private init; }

    internal CellSpace Cells { get; }

    internal SubkeyLists Subkeys { get; }

    internal ValueLists Values { get; }

    internal SecurityCells Security { get; }

    /// <summary>A new hive with nothing but its root key.</summary>
    public static Hive Create(string rootName, string fileName, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(rootName);
        CellSpace cells = CellSpace.CreateEmpty();
        Hive hive = new(BaseBlock.Create(fileName), cells, new SubkeyLists(cells), time ?? TimeProvider.System);
        KeyNode root = KeyNode.Create(cells, rootName, CellSpace.None, hive.Touch());
        root.Flags |= KeyNode.RootFlags & ~KeyNode.CompressedName;
        root.Security = hive.Security.Create(s_descriptor);
        hive._base.RootCell = (uint)root.Cell;
        return hive;
    }

    /// <summary>Opens a hive from the bytes of its file; where it was not closed cleanly, from those of its logs too.</summary>
    /// <param name="file">The primary file.</param>
    /// <param name="logs">What there is of <c>.LOG</c>, <c>.LOG1</c> and <c>.LOG2</c>, in this order.</param>
    /// <param name="time">The clock for later edits.</param>
    /// <exception cref="HiveFormatException">The hive is damaged, or is not up to date and no log mends that.</exception>
    public static Hive Open(ReadOnlySpan<byte> file, IReadOnlyList<byte[]>? logs = null, TimeProvider? time = null)
    {
        HiveImage image = HiveImage.Open(file, logs ?? []);
        CellMarks marks = new(image.Bins.Length);
        CellSpace cells = CellSpace.Open(image.Bins, image.Base.MinorVersion, marks);
        SubkeyLists subkeys = new(cells);
        if (image.Base.RootCell > int.MaxValue) throw new HiveFormatException("the root key lies outside of the hive", 36);
        new HiveCheck(cells, marks, subkeys).Run((int)image.Base.RootCell);
        // A log that stays beside the file must never look newer than the file.
        image.Base.PrimarySequence = Math.Max(image.Base.PrimarySequence, image.NewestLogSequence);
        return new Hive(image.Base, cells, subkeys, time ?? TimeProvider.System) { Recovery = image.Recovery };
    }

    /// <summary>
    /// The bytes of the file as the next write leaves them: sequence numbers one higher, time stamped, checksum right. The hive counts
    /// the write as done.
    /// </summary>
    public byte[] ToImage()
    {
        byte[] image = BeginWrite();
        EndWrite(image);
        return image;
    }

    /// <summary>The bytes of the file at the beginning of a write: marked as being written.</summary>
    internal byte[] BeginWrite()
    {
        long now = _time.GetUtcNow().UtcDateTime.ToFileTimeUtc();
        _base.SecondarySequence = _base.PrimarySequence;
        _base.PrimarySequence = unchecked(_base.PrimarySequence + 1);
        _base.LastWritten = now;
        _base.BinsSize = (uint)Cells.Length;
        _base.FileType = BaseBlock.PrimaryFile;
        _base.Seal();
        Cells.Stamp(now);
        byte[] image = new byte[BaseBlock.Size + Cells.Length];
        _base.Bytes.CopyTo(image);
        Cells.Bytes.CopyTo(image.AsSpan(BaseBlock.Size));
        return image;
    }

    /// <summary>Marks the bytes as completely written; returns how many bytes at their beginning changed.</summary>
    internal int EndWrite(Span<byte> image)
    {
        _base.SecondarySequence = _base.PrimarySequence;
        _base.Seal();
        _base.Bytes.CopyTo(image);
        return BaseBlock.Size;
    }

    /// <summary>The time for a change.</summary>
    internal long Touch() => _time.GetUtcNow().UtcDateTime.ToFileTimeUtc();

    /// <summary>Frees a key that no list names any more, and all below it.</summary>
    internal void FreeTree(int cell)
    {
        KeyNode key = new(Cells, cell);
        foreach (int subkey in Subkeys.All(key).ToArray())
        {
            Subkeys.Remove(key, subkey);
            FreeTree(subkey);
        }

        foreach (int value in Values.All(key).ToArray()) Values.Remove(key, value);
        Security.Release(key.Security);
        if (key.ClassName != CellSpace.None && key.ClassNameSize > 0) Cells.Free(key.ClassName);
        Cells.Free(cell);
    }
}
