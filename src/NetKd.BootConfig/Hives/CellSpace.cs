namespace NetKd.BootConfig.Hives;

/// <summary>
/// The hive bins: cells of 8-byte granularity inside bins of 4096 bytes and more. Offsets count from the first bin. Allocates, frees
/// (joining neighbours) and reuses cells, and adds a bin when nothing fits. Not for use from several threads.
/// </summary>
internal sealed class CellSpace
{
    public const int None = -1;
    public const int BinGranularity = 4096;

    private const int BinHeaderSize = 32;
    private const int SmallestCell = 8;

    private readonly SortedSet<(int Size, int Start)> _freeBySize = [];
    private readonly Dictionary<int, int> _freeSizeByStart = [];
    private readonly Dictionary<int, int> _freeStartByEnd = [];
    private byte[] _data;

    private CellSpace(byte[] data, uint minorVersion)
    {
        _data = data;
        Length = data.Length;
        HasHashLeaves = minorVersion >= 5;
        HasSegments = minorVersion >= 4;
    }

    /// <summary>Whether readers of this hive's version know hash leaves (lh); new lists are fast leaves (lf) otherwise.</summary>
    public bool HasHashLeaves { get; }

    /// <summary>Whether readers of this hive's version know big data (db); large values have one large cell otherwise.</summary>
    public bool HasSegments { get; }

    /// <summary>Bytes of all bins.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of all free cells.</summary>
    public int FreeBytes => _freeSizeByStart.Values.Sum();

    /// <summary>The bins as the file holds them.</summary>
    public ReadOnlySpan<byte> Bytes => _data.AsSpan(0, Length);

    public static CellSpace CreateEmpty() => new([], BaseBlock.NewestMinorVersion);

    /// <summary>Takes the bins of a file and checks that bins and cells tile them exactly; marks each allocated cell.</summary>
    public static CellSpace Open(byte[] bins, uint minorVersion, CellMarks marks)
    {
        CellSpace space = new(bins, minorVersion);
        int bin = 0;
        while (bin < bins.Length)
        {
            if (!bins.AsSpan(bin, 4).SequenceEqual("hbin"u8)) throw Damage("a hive bin does not begin with its signature \"hbin\"", bin);
            if (space.ReadInt32(bin + 4) != bin) throw Damage("a hive bin says that it lies elsewhere", bin + 4);
            int size = space.ReadInt32(bin + 8);
            if (size <= 0 || size % BinGranularity != 0 || size > bins.Length - bin) throw Damage("a hive bin has an impossible size", bin + 8);
            space.OpenBin(bin, size, marks);
            bin += size;
        }

        return space;
    }

    /// <summary>The content of an allocated cell, after its size field. Invalid after the next allocation.</summary>
    public Span<byte> Content(int cell)
    {
        int size = -ReadInt32(cell);
        return _data.AsSpan(cell + 4, size - 4);
    }

    public int ContentSize(int cell) => -ReadInt32(cell) - 4;

    /// <summary>A new cell for this many bytes, all zero.</summary>
    public int Allocate(int contentSize)
    {
        int size = Math.Max(SmallestCell, Align(contentSize + 4, 8));
        (int Size, int Start) found = _freeBySize.GetViewBetween((size, 0), (int.MaxValue, int.MaxValue)).Min;
        if (found.Size == 0)
        {
            AddBin(size);
            found = _freeBySize.GetViewBetween((size, 0), (int.MaxValue, int.MaxValue)).Min;
        }

        RemoveFree(found.Start, found.Size);
        if (found.Size - size >= SmallestCell) AddFree(found.Start + size, found.Size - size);
        else size = found.Size;
        WriteInt32(found.Start, -size);
        Content(found.Start).Clear();
        return found.Start;
    }

    /// <summary>Frees a cell, joins it with free neighbours and wipes it: a deleted key must not stay readable in the file.</summary>
    public void Free(int cell)
    {
        int size = -ReadInt32(cell);
        // A cell never ends where another bin's first cell begins: the bin header lies between.
        if (_freeSizeByStart.TryGetValue(cell + size, out int next))
        {
            RemoveFree(cell + size, next);
            size += next;
        }

        if (_freeStartByEnd.TryGetValue(cell, out int before))
        {
            int beforeSize = _freeSizeByStart[before];
            RemoveFree(before, beforeSize);
            cell = before;
            size += beforeSize;
        }

        _data.AsSpan(cell, size).Clear();
        AddFree(cell, size);
    }

    /// <summary>A cell of at least this content size with the old content; the old cell is freed when it is too small.</summary>
    public int Grow(int cell, int contentSize)
    {
        if (ContentSize(cell) >= contentSize) return cell;
        int bigger = Allocate(contentSize);
        Content(cell).CopyTo(Content(bigger));
        Free(cell);
        return bigger;
    }

    /// <summary>Stamps the first bin, which repeats the time of the base block.</summary>
    public void Stamp(long fileTime)
    {
        if (Length > 0) BinaryPrimitives.WriteInt64LittleEndian(_data.AsSpan(20), fileTime);
    }

    public static HiveFormatException Damage(string reason, int offset) => new(reason, (long)BaseBlock.Size + offset);

    private void OpenBin(int bin, int size, CellMarks marks)
    {
        int cell = bin + BinHeaderSize;
        while (cell < bin + size)
        {
            int cellSize = ReadInt32(cell);
            bool isFree = cellSize > 0;
            if (!isFree) cellSize = unchecked(-cellSize);
            if (cellSize < SmallestCell || cellSize % 8 != 0 || cellSize > bin + size - cell) throw Damage("a cell has an impossible size", cell);
            if (isFree) AddFree(cell, cellSize);
            else marks.Allocate(cell);
            cell += cellSize;
        }
    }

    private void AddBin(int cellSize)
    {
        int size = Align(cellSize + BinHeaderSize, BinGranularity);
        if (size > HiveLimits.MaxBinsSize - Length) throw new InvalidOperationException($"the hive would grow beyond {HiveLimits.MaxBinsSize} bytes");
        int bin = Length;
        if (_data.Length < bin + size) Array.Resize(ref _data, Math.Max(bin + size, Math.Min(2 * _data.Length, HiveLimits.MaxBinsSize)));
        Length += size;
        "hbin"u8.CopyTo(_data.AsSpan(bin));
        WriteInt32(bin + 4, bin);
        WriteInt32(bin + 8, size);
        AddFree(bin + BinHeaderSize, size - BinHeaderSize);
    }

    private void AddFree(int start, int size)
    {
        WriteInt32(start, size);
        _freeBySize.Add((size, start));
        _freeSizeByStart.Add(start, size);
        _freeStartByEnd.Add(start + size, start);
    }

    private void RemoveFree(int start, int size)
    {
        _freeBySize.Remove((size, start));
        _freeSizeByStart.Remove(start);
        _freeStartByEnd.Remove(start + size);
    }

    private int ReadInt32(int offset) => BinaryPrimitives.ReadInt32LittleEndian(_data.AsSpan(offset));

    private void WriteInt32(int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(_data.AsSpan(offset), value);

    private static int Align(int value, int to) => (value + to - 1) / to * to;
}
