using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Boot;

/// <summary>What the loader hands to the kernel. Unmanaged, because it is filled before objects can exist.</summary>
internal struct BootInformation
{
    /// <summary>Physical address and bytes of the image, as the firmware loaded it.</summary>
    public ulong ImagePhysical, ImageSize;

    /// <summary>Physical address of the memory set aside for page tables, stacks, heap and device rings.</summary>
    public ulong ArenaPhysical;

    /// <summary>Random bytes' worth of boot identity: the time-stamp counter at entry.</summary>
    public ulong EntryTimeStamp;

    public BootSettings Settings;

    public MemoryRanges Memory;

    /// <summary>The one instance, in the image's data.</summary>
    public static BootInformation Current;
}
