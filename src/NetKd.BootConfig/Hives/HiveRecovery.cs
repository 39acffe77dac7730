namespace NetKd.BootConfig.Hives;

/// <summary>Brings a hive that was not closed cleanly up to date from its logs, in memory.</summary>
internal sealed class HiveRecovery(BaseBlock block, byte[] bins, bool isBaseWhole)
{
    private byte[] _bins = bins;

    public BaseBlock Base { get; private set; } = block;

    public ReadOnlySpan<byte> Bins => _bins;

    /// <summary>What was done, for people.</summary>
    public string Description { get; private set; } = "";

    /// <summary>Applies what fits. False when nothing does.</summary>
    public bool Apply(IReadOnlyList<HiveLog> logs) => ApplyEntries(logs) || ApplyDirtyPages(logs);

    // New format: entries of all logs in the order of their sequence numbers, from the first one that the file lacks, without a gap.
    private bool ApplyEntries(IReadOnlyList<HiveLog> logs)
    {
        HiveLog[] usable = [.. logs.Where(log => log.Entries.Count > 0)];
        if (usable.Length == 0) return false;
        if (!isBaseWhole)
        {
            HiveLog source = usable.MaxBy(log => log.Base.PrimarySequence)!;
            Base = new BaseBlock(source.Base.Bytes);
        }

        HiveLogEntry[] entries = [.. usable.SelectMany(log => log.Entries).Where(entry => entry.Sequence >= Base.PrimarySequence).OrderBy(entry => entry.Sequence)];
        int applied = 0;
        foreach (HiveLogEntry entry in entries)
        {
            if (applied > 0 && entry.Sequence == entries[applied - 1].Sequence) break;
            if (applied > 0 && entry.Sequence != entries[applied - 1].Sequence + 1) break;
            Resize(entry.BinsSize);
            foreach (HiveLogPage page in entry.Pages) page.Bytes.CopyTo(_bins.AsSpan(page.Offset));
            applied++;
        }

        if (applied == 0) return false;
        Finish(entries[applied - 1].Sequence, (uint)entries[applied - 1].BinsSize);
        Description = $"{applied} log entr{(applied == 1 ? "y was" : "ies were")} applied";
        return true;
    }

    // Old format: one set of dirty pages, for the file with the same time stamp.
    private bool ApplyDirtyPages(IReadOnlyList<HiveLog> logs)
    {
        long stamp = isBaseWhole || _bins.Length < 28 ? Base.LastWritten : BinaryPrimitives.ReadInt64LittleEndian(_bins.AsSpan(20));
        HiveLog? log = logs.FirstOrDefault(l => l.DirtyPages.Count > 0 && l.Base.LastWritten == stamp);
        if (log is null) return false;
        if (!isBaseWhole) Base = new BaseBlock(log.Base.Bytes);
        Resize((int)log.Base.BinsSize);
        foreach (HiveLogPage page in log.DirtyPages) page.Bytes.CopyTo(_bins.AsSpan(page.Offset));
        Finish(log.Base.PrimarySequence, log.Base.BinsSize);
        Description = $"{log.DirtyPages.Count} logged pages were applied";
        return true;
    }

    private void Resize(int size)
    {
        if (_bins.Length < size) Array.Resize(ref _bins, size);
    }

    private void Finish(uint sequence, uint binsSize)
    {
        Base.FileType = BaseBlock.PrimaryFile;
        Base.BinsSize = binsSize;
        Base.PrimarySequence = sequence;
        Base.SecondarySequence = sequence;
        Base.Seal();
    }
}
