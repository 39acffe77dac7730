namespace NetKd.TargetOs.Memory;

/// <summary>Where physical memory is seen: at its own addresses while the firmware's map is in force, then high.</summary>
internal static unsafe class PhysicalWindow
{
    /// <summary>Base of the kernel's map of all physical memory: the first canonical high address.</summary>
    public const ulong DirectMap = 0xFFFF8000_00000000;

    private static ulong s_base;

    /// <summary>Tells that the kernel's own page tables are in force.</summary>
    public static void MoveHigh() => s_base = DirectMap;

    public static byte* Pointer(ulong physical) => (byte*)(s_base + physical);
}
