namespace NetKd.BootConfig.Hives;

/// <summary>Bounds for what is read from a hive file and for what callers may put into one.</summary>
public static class HiveLimits
{
    /// <summary>The most bytes of hive bins. A boot configuration of 10 000 objects needs about 20 MB.</summary>
    public const int MaxBinsSize = 512 << 20;

    /// <summary>The most bytes of one transaction log.</summary>
    public const int MaxLogSize = 64 << 20;

    /// <summary>The longest key name, in UTF-16 units, as in Windows.</summary>
    public const int MaxKeyNameLength = 255;

    /// <summary>The longest value name, in UTF-16 units, as in Windows.</summary>
    public const int MaxValueNameLength = 16383;

    /// <summary>The deepest tree, as in Windows.</summary>
    public const int MaxDepth = 512;

    /// <summary>The most bytes of one value.</summary>
    public const int MaxValueSize = 16 << 20;

    /// <summary>The most bytes of a security descriptor.</summary>
    public const int MaxSecuritySize = 64 << 10;
}
