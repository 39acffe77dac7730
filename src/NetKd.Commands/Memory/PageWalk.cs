namespace NetKd.Commands.Memory;

/// <summary>The four-level page walk of amd64 (Intel SDM volume 3A, section 5.5.4), printed as <c>!vtop</c> does.</summary>
internal sealed class PageWalk(PhysicalMemory memory)
{
    private const ulong Present = 1;
    private const ulong LargePage = 0x80;
    private const ulong FrameMask = 0x000f_ffff_ffff_f000;

    private static readonly (string Name, int Shift)[] s_levels = [("PML4E", 39), ("PDPE", 30), ("PDE", 21), ("PTE", 12)];

    /// <summary>The lines of a translation, the failing level last when there is none.</summary>
    public IEnumerable<string> Translate(ulong directory, ulong address)
    {
        ulong table = directory & FrameMask;
        yield return $"Amd64VtoP: Virt {AddressText.Format(address)}, pagedir {AddressText.Format(table)}";
        foreach ((string name, int shift) in s_levels)
        {
            ulong entryAddress = table + (address >> shift & 0x1ff) * 8;
            yield return $"Amd64VtoP: {name} {AddressText.Format(entryAddress)}";
            byte[] bytes = new byte[8];
            if (memory.Read(entryAddress, bytes) != 8)
            {
                yield return $"Amd64VtoP: {name} cannot be read from physical memory";
                yield break;
            }

            ulong entry = BitConverter.ToUInt64(bytes);
            if ((entry & Present) == 0)
            {
                yield return $"Amd64VtoP: {name} not present, contains {AddressText.Format(entry)}";
                yield break;
            }

            bool large = name is "PDPE" or "PDE" && (entry & LargePage) != 0;
            if (large || name == "PTE")
            {
                ulong offsetMask = (1UL << shift) - 1;
                ulong physical = entry & FrameMask & ~offsetMask | address & offsetMask;
                yield return $"Amd64VtoP: {(large ? "Large page mapped phys" : "Mapped phys")} {AddressText.Format(physical)}";
                yield return $"Virtual address {address:x} translates to physical address {physical:x}.";
                yield break;
            }

            table = entry & FrameMask;
        }
    }
}
