namespace NetKd.TargetOs.Memory;

/// <summary>
/// The one piece of physical memory that the kernel lives on, asked of the firmware in one go so that the kernel needs no
/// physical allocator. Pages are handed out once and never come back.
/// </summary>
internal static unsafe class Arena
{
    public const ulong PageSize = 4096;

    /// <summary>16 MiB: 8 MiB of heap, the rest for tables, stacks and rings.</summary>
    public const ulong Pages = 4096;

    private static ulong s_next;
    private static ulong s_end;

    public static void Initialize(ulong physical)
    {
        s_next = physical;
        s_end = physical + (Pages * PageSize);
    }

    /// <summary>Physical address of zeroed, contiguous pages.</summary>
    public static ulong Allocate(ulong pages)
    {
        ulong physical = s_next;
        if (pages * PageSize > s_end - physical) Debugger.BugCheck.Stop(Debugger.BugCheck.NoPages, pages, 0, 0, 0);
        s_next = physical + (pages * PageSize);
        new Span<byte>(PhysicalWindow.Pointer(physical), (int)(pages * PageSize)).Clear();
        return physical;
    }
}
