using System.Runtime.CompilerServices;

namespace NetKd.TargetOs.Memory;

/// <summary>A run of physical memory, both ends in bytes, the end excluded.</summary>
internal struct MemoryRange
{
    public ulong Start, End;
}

/// <summary>Room for the ranges of one machine.</summary>
[InlineArray(MemoryRanges.Capacity)]
internal struct MemoryRangeArray
{
    private MemoryRange _first;
}

/// <summary>The physical ranges that are RAM, joined where they touch, in the firmware's (ascending) order.</summary>
internal struct MemoryRanges
{
    public const int Capacity = 64;

    public int Count;
    public MemoryRangeArray Items;

    /// <summary>Adds a range. Ranges past the capacity are forgotten: the memory is then merely not shown to a debugger.</summary>
    public void Add(ulong start, ulong end)
    {
        if (Count != 0 && Items[Count - 1].End == start)
        {
            Items[Count - 1].End = end;
        }
        else if (Count < Capacity)
        {
            Items[Count].Start = start;
            Items[Count].End = end;
            Count++;
        }
    }

    /// <summary>How many bytes from an address on are RAM, 0 when the address is not.</summary>
    public readonly ulong RunAt(ulong address)
    {
        for (int i = 0; i < Count; i++)
        {
            if (address >= Items[i].Start && address < Items[i].End) return Items[i].End - address;
        }

        return 0;
    }

    /// <summary>True when any byte of [start, end) is RAM.</summary>
    public readonly bool Touches(ulong start, ulong end)
    {
        for (int i = 0; i < Count; i++)
        {
            if (start < Items[i].End && end > Items[i].Start) return true;
        }

        return false;
    }

    public readonly ulong TotalPages
    {
        get
        {
            ulong pages = 0;
            for (int i = 0; i < Count; i++) pages += (Items[i].End - Items[i].Start) >> 12;
            return pages;
        }
    }

    /// <summary>The end of the highest range.</summary>
    public readonly ulong Top
    {
        get
        {
            ulong top = 0;
            for (int i = 0; i < Count; i++)
            {
                if (Items[i].End > top) top = Items[i].End;
            }

            return top;
        }
    }
}
