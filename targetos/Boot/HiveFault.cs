namespace NetKd.TargetOs.Boot;

/// <summary>Why a file is not taken as a registry hive.</summary>
internal enum HiveFault
{
    None,

    /// <summary>Shorter than a hive, or another kind of file.</summary>
    NoHive,

    /// <summary>The checksum of the base block is wrong.</summary>
    Checksum,

    /// <summary>Changes are still in its log: it was not closed cleanly.</summary>
    Unfinished,

    /// <summary>The bins are cut, or the root key is none.</summary>
    Damaged,
}
