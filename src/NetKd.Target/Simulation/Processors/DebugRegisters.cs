namespace NetKd.Target.Simulation;

/// <summary>
/// DR0 to DR3, DR6 and DR7, and the matching of breakpoints (Intel SDM volume 3B, section 17.2).
/// </summary>
public sealed class DebugRegisters
{
    /// <summary>DR6 bit: single step.</summary>
    public const ulong SingleStep = 0x4000;

    /// <summary>DR6 bits that are always set.</summary>
    public const ulong StatusAlwaysSet = 0xFFFF_0FF0;

    private const ulong AnyEnabled = 0xFF;
    private const int KindExecute = 0;
    private const int KindWrite = 1;
    private const int KindReadWrite = 3;

    /// <summary>DR0 to DR3.</summary>
    public ulong[] Addresses { get; } = new ulong[4];

    /// <summary>DR6 without its constant bits.</summary>
    public ulong Status { get; set; }

    /// <summary>DR7.</summary>
    public ulong Control { get; set; }

    /// <summary>Breakpoints that the current instruction has hit, as DR6 bits 0 to 3.</summary>
    public ulong Hits { get; set; }

    /// <summary>DR6 bits of the execute breakpoints at an address, 0 for none.</summary>
    public ulong ExecuteHits(ulong address)
    {
        if ((Control & AnyEnabled) == 0) return 0;
        ulong hits = 0;
        for (int i = 0; i < 4; i++)
        {
            if (IsEnabled(i) && Kind(i) == KindExecute && Addresses[i] == address) hits |= 1UL << i;
        }

        return hits;
    }

    /// <summary>Notes a data access of the current instruction.</summary>
    public void NoteAccess(ulong address, int size, bool write)
    {
        if ((Control & AnyEnabled) == 0) return;
        for (int i = 0; i < 4; i++)
        {
            if (!IsEnabled(i)) continue;
            int kind = Kind(i);
            if (kind != KindReadWrite && !(kind == KindWrite && write)) continue;
            ulong length = Length(i);
            ulong start = Addresses[i] & ~(length - 1);
            bool apart = address >= start ? address - start >= length : start - address >= (ulong)size;
            if (!apart) Hits |= 1UL << i;
        }
    }

    // Local or global: the simulated machine has one task.
    private bool IsEnabled(int index) => (Control >> (index * 2) & 3) != 0;

    private int Kind(int index) => (int)(Control >> (16 + index * 4) & 3);

    // The length field counts 1, 2, 8, 4 bytes.
    private ulong Length(int index) => (Control >> (18 + index * 4) & 3) switch
    {
        0 => 1,
        1 => 2,
        2 => 8,
        _ => 4,
    };
}
