using System.Collections;

namespace NetKd.BootConfig.Hives;

/// <summary>
/// While a hive is checked: which offsets are allocated cells, and which of them something owns already. Two owners of one cell would
/// make an edit of one destroy the other, and would let a tree contain itself.
/// </summary>
internal sealed class CellMarks(int binsSize)
{
    private readonly BitArray _allocated = new(binsSize / 8);
    private readonly BitArray _owned = new(binsSize / 8);

    public void Allocate(int cell) => _allocated[cell / 8] = true;

    public bool IsAllocated(int cell) => cell >= 0 && cell % 8 == 0 && cell / 8 < _allocated.Length && _allocated[cell / 8];

    /// <summary>Makes a cell someone's own.</summary>
    /// <exception cref="HiveFormatException">It is no allocated cell, or has an owner.</exception>
    public void Own(int cell, string what, int namedAt)
    {
        if (!IsAllocated(cell)) throw CellSpace.Damage($"{what} is said to be at 0x{(uint)cell:x}, where no cell is in use", namedAt);
        if (_owned[cell / 8]) throw CellSpace.Damage($"{what} at 0x{cell:x} has two owners", namedAt);
        _owned[cell / 8] = true;
    }
}
