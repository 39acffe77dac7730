using NetKd.TargetOs.Boot;
using NetKd.TargetOs.Cpu;

namespace NetKd.TargetOs.Memory;

/// <summary>The kernel's four-level page tables (Intel SDM volume 3, "4-Level Paging"): built once, extended for devices, walked for the debugger.</summary>
internal static unsafe class PageTables
{
    /// <summary>Where the image runs: inside the region in which Windows, too, places its kernel.</summary>
    public const ulong ImageBase = 0xFFFFF800_00400000;

    /// <summary>Virtual address of the page-table entries, through the self-map entry: what Windows calls PTE_BASE.</summary>
    public const ulong EntriesBase = 0xFFFFF680_00000000;

    public const ulong Present = 1;
    public const ulong Writable = 2;
    public const ulong Uncached = 0x18;     // write-through and cache-disable: strong uncached with the power-on PAT
    public const ulong NoExecute = 1UL << 63;
    public const ulong LargePageSize = 0x20_0000;

    private const ulong Large = 0x80;
    private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;
    private const int SelfMapIndex = 0x1ED;
    private const ulong FourGigabytes = 0x1_0000_0000;

    private static ulong s_root;

    /// <summary>Physical address of the top table: the value of CR3.</summary>
    public static ulong Root => s_root;

    /// <summary>
    /// Builds the tables: physical memory and the first 4 GiB in the direct map, the same low so that the switch survives, the image high.
    /// </summary>
    public static void Build(in BootInformation boot)
    {
        s_root = Arena.Allocate(1);
        MapPhysical(in boot.Memory);
        ulong* root = Table(s_root);
        root[0] = root[Index(PhysicalWindow.DirectMap, 3)];
        root[Index(PhysicalWindow.DirectMap, 3)] |= NoExecute;
        root[SelfMapIndex] = s_root | Present | Writable | NoExecute;
        MapImage(in boot);
    }

    /// <summary>Removes the low map, so that address 0 and all user addresses fault.</summary>
    public static void DropLow()
    {
        Table(s_root)[0] = 0;
        Processor.WriteCr3(s_root);
    }

    /// <summary>Maps one 4 KiB page.</summary>
    public static void Map(ulong address, ulong physical, ulong flags) => *Entry(address, 0) = physical | flags;

    /// <summary>Makes a device's registers reachable and returns their address in the direct map.</summary>
    public static byte* MapDevice(ulong physical, ulong size)
    {
        for (ulong page = physical & ~(LargePageSize - 1); page < physical + size; page += LargePageSize)
        {
            ulong* entry = Entry(PhysicalWindow.DirectMap + page, 1);
            if ((*entry & Present) == 0) *entry = page | Present | Writable | Large | Uncached;
        }

        return PhysicalWindow.Pointer(physical);
    }

    /// <summary>
    /// Finds the physical address of a virtual one by reading the tables, never by touching the memory. Returns the bytes from
    /// there to the end of the page, or 0 when nothing is mapped.
    /// </summary>
    public static ulong Translate(ulong address, out ulong physical)
    {
        physical = 0;
        if ((ulong)((long)(address << 16) >> 16) != address) return 0;
        ulong table = s_root;
        for (int level = 3; level >= 0; level--)
        {
            ulong entry = Table(table)[Index(address, level)];
            if ((entry & Present) == 0) return 0;
            if (level == 0 || (entry & Large) != 0)
            {
                ulong size = 1UL << (12 + (9 * level));
                physical = (entry & AddressMask & ~(size - 1)) | (address & (size - 1));
                return size - (address & (size - 1));
            }

            table = entry & AddressMask;
        }

        return 0;
    }

    private static void MapPhysical(in MemoryRanges memory)
    {
        ulong top = memory.Top > FourGigabytes ? memory.Top : FourGigabytes;
        for (ulong page = 0; page < top; page += LargePageSize)
        {
            ulong flags = Present | Writable | Large;
            if (!memory.Touches(page, page + LargePageSize)) flags |= Uncached;
            *Entry(PhysicalWindow.DirectMap + page, 1) = page | flags;
        }
    }

    private static void MapImage(in BootInformation boot)
    {
        byte* image = PhysicalWindow.Pointer(boot.ImagePhysical);
        for (ulong offset = 0; offset < boot.ImageSize; offset += Arena.PageSize)
        {
            ulong flags = Present | NoExecute;
            PeImage.Section* section = PeImage.SectionAt(image, (uint)offset);
            if (section != null && (section->Characteristics & PeImage.Execute) != 0) flags &= ~NoExecute;
            if (section != null && (section->Characteristics & PeImage.Write) != 0) flags |= Writable;
            Map(ImageBase + offset, boot.ImagePhysical + offset, flags);
        }
    }

    /// <summary>The entry that maps an address at a level (0: 4 KiB, 1: 2 MiB), with all tables above it made.</summary>
    private static ulong* Entry(ulong address, int level)
    {
        ulong* entry = Table(s_root) + Index(address, 3);
        for (int above = 3; above > level; above--)
        {
            if ((*entry & Present) == 0) *entry = Arena.Allocate(1) | Present | Writable;
            entry = Table(*entry & AddressMask) + Index(address, above - 1);
        }

        return entry;
    }

    private static int Index(ulong address, int level) => (int)(address >> (12 + (9 * level))) & 0x1FF;

    private static ulong* Table(ulong physical) => (ulong*)PhysicalWindow.Pointer(physical);
}
