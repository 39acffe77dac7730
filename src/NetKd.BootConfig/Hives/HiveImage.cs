namespace NetKd.BootConfig.Hives;

/// <summary>A hive's base block and bins as its files give them, logs applied.</summary>
internal sealed class HiveImage
{
    private HiveImage(BaseBlock baseBlock, byte[] bins, string? recovery, uint newestLogSequence)
    {
        Base = baseBlock;
        Bins = bins;
        Recovery = recovery;
        NewestLogSequence = newestLogSequence;
    }

    public BaseBlock Base { get; }

    public byte[] Bins { get; }

    public string? Recovery { get; }

    /// <summary>The highest sequence number in any log, applied or not.</summary>
    public uint NewestLogSequence { get; }

    public static HiveImage Open(ReadOnlySpan<byte> file, IReadOnlyList<byte[]> logs)
    {
        if (file.Length < BaseBlock.Size) throw new HiveFormatException($"a hive has at least {BaseBlock.Size} bytes, this file has {file.Length}", file.Length);
        BaseBlock block = new(file);
        if (!block.IsSigned) throw new HiveFormatException("the file does not begin with \"regf\"; it is no registry hive", 0);
        List<HiveLog> opened = [.. logs.Select(HiveLog.Open).OfType<HiveLog>()];
        uint newest = opened.Count == 0 ? 0 : opened.Max(log => log.NewestSequence);

        bool isWhole = block.IsChecksumRight;
        if (isWhole && block.PrimarySequence == block.SecondarySequence)
        {
            CheckFields(block);
            return new HiveImage(block, CutBins(file[BaseBlock.Size..], block.BinsSize), recovery: null, newest);
        }

        string state = isWhole ? "the hive was not closed cleanly" : "the base block's checksum is wrong";
        HiveRecovery recovery = new(block, file[BaseBlock.Size..].ToArray(), isWhole);
        if (!recovery.Apply(opened))
            throw new HiveFormatException($"{state}, and no log beside it (.LOG, .LOG1, .LOG2) brings it up to date", isWhole ? 4 : 508);
        CheckFields(recovery.Base);
        return new HiveImage(recovery.Base, CutBins(recovery.Bins, recovery.Base.BinsSize), $"{state}; {recovery.Description}", newest);
    }

    // A file may be longer than its bins: Windows extends files in larger steps.
    private static byte[] CutBins(ReadOnlySpan<byte> bins, uint size)
    {
        if (bins.Length < size) throw new HiveFormatException($"the hive says that it has {size} bytes of bins, but the file ends after {bins.Length}", 40);
        return bins[..(int)size].ToArray();
    }

    private static void CheckFields(BaseBlock block)
    {
        if (block.MajorVersion != 1 || block.MinorVersion is < 3 or > 6)
            throw new HiveFormatException($"hive version {block.MajorVersion}.{block.MinorVersion} is not known (1.3 to 1.6 are)", 20);
        if (block.FileType != BaseBlock.PrimaryFile) throw new HiveFormatException("this is a log, not a hive: name the file without .LOG", 28);
        if (block.FileFormat != 1) throw new HiveFormatException("the hive's file format is not known", 32);
        if (block.BinsSize is 0 or > HiveLimits.MaxBinsSize || block.BinsSize % CellSpace.BinGranularity != 0)
            throw new HiveFormatException("the hive's size is impossible", 40);
    }
}
