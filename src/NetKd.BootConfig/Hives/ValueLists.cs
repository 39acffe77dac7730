namespace NetKd.BootConfig.Hives;

/// <summary>The values of a key (vk): their list, their names, and their data inline, in a cell of their own, or in segments (db).</summary>
internal sealed class ValueLists(CellSpace cells)
{
    public const int HeaderSize = 20;

    /// <summary>The most bytes of one data cell, and the size of each segment but the last.</summary>
    public const int SegmentSize = 16344;

    public const uint InlineFlag = 0x8000_0000;
    public const int CompressedName = 1;

    private const int MaxInline = 4;

    /// <summary>Value cells in the order of the list.</summary>
    public IEnumerable<int> All(KeyNode key)
    {
        int count = key.ValueCount;
        for (int i = 0; i < count; i++) yield return BinaryPrimitives.ReadInt32LittleEndian(cells.Content(key.ValueList)[(4 * i)..]);
    }

    public int Find(KeyNode key, string name)
    {
        foreach (int value in All(key))
        {
            if (HiveNames.Compare(NameOf(value), name) == 0) return value;
        }

        return CellSpace.None;
    }

    public string NameOf(int value)
    {
        Span<byte> content = cells.Content(value);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(content[2..]);
        return HiveNames.Read(content.Slice(HeaderSize, size), (content[16] & CompressedName) != 0);
    }

    public HiveValueType TypeOf(int value) => (HiveValueType)BinaryPrimitives.ReadUInt32LittleEndian(cells.Content(value)[12..]);

    public byte[] DataOf(int value)
    {
        Span<byte> content = cells.Content(value);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(content[4..]);
        if ((size & InlineFlag) != 0) return content.Slice(8, (int)(size & ~InlineFlag)).ToArray();
        if (size == 0) return [];
        int cell = BinaryPrimitives.ReadInt32LittleEndian(content[8..]);
        if (!IsSegmented(cell, (int)size)) return cells.Content(cell)[..(int)size].ToArray();
        byte[] data = new byte[size];
        int done = 0;
        foreach (int segment in Segments(cell))
        {
            int part = Math.Min(SegmentSize, data.Length - done);
            cells.Content(segment)[..part].CopyTo(data.AsSpan(done));
            done += part;
        }

        return data;
    }

    /// <summary>Sets a value, new or existing.</summary>
    public void Set(KeyNode key, string name, HiveValueType type, ReadOnlySpan<byte> data)
    {
        int value = Find(key, name);
        if (value == CellSpace.None) value = Append(key, name);
        else FreeData(value);
        BinaryPrimitives.WriteUInt32LittleEndian(cells.Content(value)[12..], (uint)type);
        PutData(value, data);
        key.LargestValueName = Math.Max(key.LargestValueName, 2 * name.Length);
        key.LargestValueData = Math.Max(key.LargestValueData, data.Length);
    }

    /// <summary>Removes a value that the key has.</summary>
    public void Remove(KeyNode key, int value)
    {
        int count = key.ValueCount;
        Span<byte> list = cells.Content(key.ValueList)[..(4 * count)];
        int index = 0;
        while (BinaryPrimitives.ReadInt32LittleEndian(list[(4 * index)..]) != value) index++;
        list[(4 * (index + 1))..].CopyTo(list[(4 * index)..]);
        list[^4..].Clear();
        key.ValueCount = count - 1;
        if (count == 1)
        {
            cells.Free(key.ValueList);
            key.ValueList = CellSpace.None;
        }

        FreeData(value);
        cells.Free(value);
    }

    private int Append(KeyNode key, string name)
    {
        byte[] bytes = HiveNames.Write(name, out bool isCompressed);
        int value = cells.Allocate(HeaderSize + bytes.Length);
        Span<byte> content = cells.Content(value);
        "vk"u8.CopyTo(content);
        BinaryPrimitives.WriteUInt16LittleEndian(content[2..], (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(content[16..], (ushort)(isCompressed ? CompressedName : 0));
        bytes.CopyTo(content[HeaderSize..]);

        int count = key.ValueCount;
        key.ValueList = count == 0 ? cells.Allocate(4) : cells.Grow(key.ValueList, 4 * (count + 1));
        BinaryPrimitives.WriteInt32LittleEndian(cells.Content(key.ValueList)[(4 * count)..], value);
        key.ValueCount = count + 1;
        return value;
    }

    private void PutData(int value, ReadOnlySpan<byte> data)
    {
        uint size = (uint)data.Length;
        int cell = 0;
        if (data.Length <= MaxInline)
        {
            Span<byte> inline = stackalloc byte[MaxInline];
            data.CopyTo(inline);
            cell = BinaryPrimitives.ReadInt32LittleEndian(inline);
            size |= InlineFlag;
        }
        else if (data.Length <= SegmentSize || !cells.HasSegments)
        {
            cell = cells.Allocate(data.Length);
            data.CopyTo(cells.Content(cell));
        }
        else
        {
            cell = CreateSegments(data);
        }

        Span<byte> content = cells.Content(value);
        BinaryPrimitives.WriteUInt32LittleEndian(content[4..], size);
        BinaryPrimitives.WriteInt32LittleEndian(content[8..], cell);
    }

    private int CreateSegments(ReadOnlySpan<byte> data)
    {
        int count = (data.Length + SegmentSize - 1) / SegmentSize;
        int list = cells.Allocate(4 * count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> part = data.Slice(i * SegmentSize, Math.Min(SegmentSize, data.Length - i * SegmentSize));
            // Windows gives every segment the full size, the last one too.
            int segment = cells.Allocate(SegmentSize);
            part.CopyTo(cells.Content(segment));
            BinaryPrimitives.WriteInt32LittleEndian(cells.Content(list)[(4 * i)..], segment);
        }

        int record = cells.Allocate(8);
        Span<byte> content = cells.Content(record);
        "db"u8.CopyTo(content);
        BinaryPrimitives.WriteUInt16LittleEndian(content[2..], (ushort)count);
        BinaryPrimitives.WriteInt32LittleEndian(content[4..], list);
        return record;
    }

    /// <summary>Whether this much data at this cell is a segment record; hives before 1.4 have larger single cells instead.</summary>
    public bool IsSegmented(int cell, int size) => size > SegmentSize && cells.ContentSize(cell) < size && cells.Content(cell)[..2].SequenceEqual("db"u8);

    private int[] Segments(int record)
    {
        Span<byte> content = cells.Content(record);
        int[] segments = new int[BinaryPrimitives.ReadUInt16LittleEndian(content[2..])];
        int list = BinaryPrimitives.ReadInt32LittleEndian(content[4..]);
        for (int i = 0; i < segments.Length; i++) segments[i] = BinaryPrimitives.ReadInt32LittleEndian(cells.Content(list)[(4 * i)..]);
        return segments;
    }

    private void FreeData(int value)
    {
        Span<byte> content = cells.Content(value);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(content[4..]);
        int cell = BinaryPrimitives.ReadInt32LittleEndian(content[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(content[4..], InlineFlag);
        if (size == 0 || (size & InlineFlag) != 0) return;
        if (IsSegmented(cell, (int)size))
        {
            foreach (int segment in Segments(cell)) cells.Free(segment);
            cells.Free(BinaryPrimitives.ReadInt32LittleEndian(cells.Content(cell)[4..]));
        }

        cells.Free(cell);
    }
}
