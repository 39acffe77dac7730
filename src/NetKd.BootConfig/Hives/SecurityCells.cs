namespace NetKd.BootConfig.Hives;

/// <summary>
/// Security cells (sk): descriptors that keys share, each with a count of the keys that use it, linked into a ring. A new key takes its
/// parent's; a cell that nobody uses any more is freed.
/// </summary>
internal sealed class SecurityCells(CellSpace cells)
{
    public const int HeaderSize = 20;

    public int Next(int cell) => Int32(cell, 4);

    public int Previous(int cell) => Int32(cell, 8);

    public int References(int cell) => Int32(cell, 12);

    public int DescriptorSize(int cell) => Int32(cell, 16);

    public ReadOnlySpan<byte> Descriptor(int cell) => cells.Content(cell).Slice(HeaderSize, DescriptorSize(cell));

    /// <summary>The first cell of a new ring, used by one key.</summary>
    public int Create(ReadOnlySpan<byte> descriptor)
    {
        int cell = cells.Allocate(HeaderSize + descriptor.Length);
        "sk"u8.CopyTo(cells.Content(cell));
        Put(cell, 4, cell);
        Put(cell, 8, cell);
        Put(cell, 12, 1);
        Put(cell, 16, descriptor.Length);
        descriptor.CopyTo(cells.Content(cell)[HeaderSize..]);
        return cell;
    }

    /// <summary>One more key uses the cell; returns it. Keys without security stay without.</summary>
    public int Share(int cell)
    {
        if (cell != CellSpace.None) Put(cell, 12, References(cell) + 1);
        return cell;
    }

    /// <summary>One key less uses the cell; the last one frees it.</summary>
    public void Release(int cell)
    {
        if (cell == CellSpace.None) return;
        int left = References(cell) - 1;
        Put(cell, 12, left);
        if (left > 0) return;
        Put(Previous(cell), 4, Next(cell));
        Put(Next(cell), 8, Previous(cell));
        cells.Free(cell);
    }

    /// <summary>Corrects a count that the writer of the file got wrong: too small a one would free a cell in use.</summary>
    public void SetReferences(int cell, int count)
    {
        if (References(cell) != count) Put(cell, 12, count);
    }

    private int Int32(int cell, int offset) => BinaryPrimitives.ReadInt32LittleEndian(cells.Content(cell)[offset..]);

    private void Put(int cell, int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(cells.Content(cell)[offset..], value);
}
