namespace NetKd.BootConfig.Hives;

/// <summary>A hive file that cannot be used: what is wrong, and where in the file.</summary>
public sealed class HiveFormatException : FormatException
{
    /// <summary>Makes the exception; the offset counts from the beginning of the file.</summary>
    public HiveFormatException(string reason, long fileOffset)
        : base($"{reason} (file offset 0x{fileOffset:x})")
    {
        Reason = reason;
        FileOffset = fileOffset;
    }

    /// <summary>What is wrong.</summary>
    public string Reason { get; }

    /// <summary>Where, in bytes from the beginning of the file.</summary>
    public long FileOffset { get; }
}
