namespace NetKd.BootConfig.Bcd;

/// <summary>What an object is, as far as it decides which names its elements have.</summary>
public enum BcdObjectKind
{
    /// <summary>An object whose type says nothing known, or any object.</summary>
    Any,

    /// <summary>The Windows or firmware boot manager.</summary>
    BootManager,

    /// <summary>A Windows boot loader.</summary>
    OsLoader,

    /// <summary>Resuming from hibernation.</summary>
    Resume,

    /// <summary>The memory tester.</summary>
    MemoryTester,

    /// <summary>A loader of Windows before Vista, or a boot sector.</summary>
    LegacyLoader,

    /// <summary>Options of a device.</summary>
    Device,
}
