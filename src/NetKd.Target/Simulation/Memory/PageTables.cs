namespace NetKd.Target.Simulation;

/// <summary>
/// Four-level amd64 page tables that live in simulated physical memory (Intel SDM volume 3A, section 4.5), so that a debugger's own
/// page walks and its changes to entries work as on a real machine.
/// </summary>
public static class PageTables
{
    /// <summary>Entry bit: present.</summary>
    public const ulong Present = 1;

    /// <summary>Entry bit: writable.</summary>
    public const ulong Writable = 2;

    /// <summary>Entry bit: this entry of the second level maps a 2 MiB page, of the third a 1 GiB page.</summary>
    public const ulong Large = 0x80;

    /// <summary>Entry bit: no instruction is fetched from here.</summary>
    public const ulong NoExecute = 1UL << 63;

    /// <summary>Index of the PML4 entry that points to the PML4 itself: the page tables appear at <see cref="SelfMapBase"/>.</summary>
    public const int SelfMapIndex = 0x1ED;

    /// <summary>Virtual address of the page table entries through the self map (PteBase of classic NT kernels).</summary>
    public const ulong SelfMapBase = 0xFFFF_F680_0000_0000;

    private const ulong AccessedAndDirty = 0x60;
    private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;
    private const int TopShift = 39;
    private const int LevelShift = 9;
    private const int PageShift = 12;
    private const int LargeShift = 21;

    /// <summary>
    /// Finds the physical address of a virtual one. <paramref name="entry"/> is the leaf entry, its write bit and no-execute bit
    /// combined over all levels. False for a non-canonical address or an entry that is not present.
    /// </summary>
    public static bool TryTranslate(PhysicalMemory memory, ulong root, ulong address, out ulong physical, out ulong entry)
    {
        physical = 0;
        entry = 0;
        long top = unchecked((long)address) >> 47;
        if (top != 0 && top != -1) return false;
        ulong table = root & AddressMask;
        ulong writable = Writable;
        ulong noExecute = 0;
        for (int shift = TopShift; ; shift -= LevelShift)
        {
            ulong current = memory.ReadUInt64(table + ((address >> shift) & 0x1FF) * 8);
            if ((current & Present) == 0) return false;
            writable &= current;
            noExecute |= current & NoExecute;
            bool leaf = shift == PageShift || ((current & Large) != 0 && shift < TopShift);
            if (leaf)
            {
                ulong within = (1UL << shift) - 1;
                physical = (current & AddressMask & ~within) | (address & within);
                entry = (current & ~(Writable | NoExecute)) | writable | noExecute;
                return true;
            }

            table = current & AddressMask;
        }
    }

    /// <summary>Maps pages of 4 KiB, or of 2 MiB when <paramref name="bits"/> has <see cref="Large"/>, making tables as needed.</summary>
    public static void Map(PhysicalMemory memory, ulong root, ref ulong freeTable, ulong address, ulong physical, ulong length, ulong bits)
    {
        int leafShift = (bits & Large) != 0 ? LargeShift : PageShift;
        ulong step = 1UL << leafShift;
        for (ulong offset = 0; offset < length; offset += step)
        {
            ulong table = root;
            for (int shift = TopShift; shift > leafShift; shift -= LevelShift)
            {
                ulong cell = table + (((address + offset) >> shift) & 0x1FF) * 8;
                ulong current = memory.ReadUInt64(cell);
                if ((current & Present) == 0)
                {
                    current = freeTable | Present | Writable | AccessedAndDirty;
                    freeTable += PhysicalMemory.PageSize;
                    memory.WriteUInt64(cell, current);
                }

                table = current & AddressMask;
            }

            memory.WriteUInt64(table + (((address + offset) >> leafShift) & 0x1FF) * 8, (physical + offset) | bits | Present | AccessedAndDirty);
        }
    }

    /// <summary>Enters the PML4 into itself.</summary>
    public static void MapSelf(PhysicalMemory memory, ulong root) =>
        memory.WriteUInt64(root + SelfMapIndex * 8, root | Present | Writable | AccessedAndDirty | NoExecute);
}
