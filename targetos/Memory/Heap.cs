namespace NetKd.TargetOs.Memory;

/// <summary>Memory for objects and structures. It only grows: everything is allocated while the kernel starts.</summary>
internal static unsafe class Heap
{
    private const ulong Pages = 2048;

    private static ulong s_next;
    private static ulong s_end;

    public static void Initialize()
    {
        s_next = (ulong)PhysicalWindow.Pointer(Arena.Allocate(Pages));
        s_end = s_next + (Pages * Arena.PageSize);
    }

    /// <summary>Zeroed memory at a multiple of <paramref name="alignment"/>, a power of two.</summary>
    public static byte* Allocate(ulong size, ulong alignment)
    {
        ulong address = (s_next + alignment - 1) & ~(alignment - 1);
        if (address > s_end || size > s_end - address) Debugger.BugCheck.Stop(Debugger.BugCheck.NoPages, size, 1, 0, 0);
        s_next = address + size;
        return (byte*)address;
    }
}
