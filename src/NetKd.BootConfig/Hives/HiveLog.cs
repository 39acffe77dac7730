namespace NetKd.BootConfig.Hives;

/// <summary>
/// A transaction log as far as it is whole: either the entries of the new format (HvLE) or the pages of the old one (DIRT). A log is
/// read up to its first fault, as Windows does; a fault is no error, since logs end where the power did.
/// </summary>
internal sealed class HiveLog
{
    private const int Sector = BaseBlock.SectorSize;
    private const int EntryHeaderSize = 40;
    private const int ReferenceSize = 8;

    private HiveLog(BaseBlock block) => Base = block;

    public BaseBlock Base { get; }

    public IReadOnlyList<HiveLogEntry> Entries { get; private init; } = [];

    public IReadOnlyList<HiveLogPage> DirtyPages { get; private init; } = [];

    public uint NewestSequence => Entries.Count == 0 ? Base.PrimarySequence : Math.Max(Base.PrimarySequence, Entries.Max(entry => entry.Sequence));

    /// <summary>Reads a log; null when it has no use, as an empty or foreign file.</summary>
    public static HiveLog? Open(byte[] log)
    {
        if (log.Length < 2 * Sector || log.Length > HiveLimits.MaxLogSize) return null;
        BaseBlock block = new(log.AsSpan(0, Sector));
        if (!block.IsSigned || !block.IsChecksumRight) return null;
        return block.FileType switch
        {
            BaseBlock.NewLog => new HiveLog(block) { Entries = ReadEntries(log) },
            BaseBlock.OldLog when block.PrimarySequence == block.SecondarySequence => new HiveLog(block) { DirtyPages = ReadDirtyPages(log, block) },
            _ => null,
        };
    }

    private static List<HiveLogEntry> ReadEntries(byte[] log)
    {
        List<HiveLogEntry> entries = [];
        int at = Sector;
        while (at <= log.Length - EntryHeaderSize && ReadEntry(log.AsSpan(at), out int size) is { } entry)
        {
            entries.Add(entry);
            at += size;
        }

        return entries;
    }

    private static HiveLogEntry? ReadEntry(ReadOnlySpan<byte> log, out int size)
    {
        size = BinaryPrimitives.ReadInt32LittleEndian(log[4..]);
        if (!log[..4].SequenceEqual("HvLE"u8) || size < EntryHeaderSize || size % Sector != 0 || size > log.Length) return null;
        if (Marvin32.Hash(log[EntryHeaderSize..size]) != BinaryPrimitives.ReadUInt64LittleEndian(log[24..])) return null;
        if (Marvin32.Hash(log[..32]) != BinaryPrimitives.ReadUInt64LittleEndian(log[32..])) return null;

        int binsSize = BinaryPrimitives.ReadInt32LittleEndian(log[16..]);
        int count = BinaryPrimitives.ReadInt32LittleEndian(log[20..]);
        if (!IsBinsSize(binsSize) || count < 0 || count > (size - EntryHeaderSize) / ReferenceSize) return null;
        List<HiveLogPage> pages = new(count);
        int data = EntryHeaderSize + count * ReferenceSize;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> reference = log[(EntryHeaderSize + i * ReferenceSize)..];
            int offset = BinaryPrimitives.ReadInt32LittleEndian(reference);
            int length = BinaryPrimitives.ReadInt32LittleEndian(reference[4..]);
            if (offset < 0 || length < 0 || length > size - data || offset > binsSize || length > binsSize - offset) return null;
            pages.Add(new HiveLogPage(offset, log.Slice(data, length).ToArray()));
            data += length;
        }

        return new HiveLogEntry(BinaryPrimitives.ReadUInt32LittleEndian(log[12..]), binsSize, pages);
    }

    // A bit for each 512 bytes of the bins, then the pages whose bit is set.
    private static List<HiveLogPage> ReadDirtyPages(byte[] log, BaseBlock block)
    {
        if (!log.AsSpan(Sector, 4).SequenceEqual("DIRT"u8) || !IsBinsSize(unchecked((int)block.BinsSize))) return [];
        int bits = (int)block.BinsSize / Sector;
        int bitmap = Sector + 4;
        int page = (bitmap + bits / 8 + Sector - 1) / Sector * Sector;
        if (page > log.Length) return [];
        List<HiveLogPage> pages = [];
        for (int bit = 0; bit < bits; bit++)
        {
            if ((log[bitmap + bit / 8] & (1 << (bit % 8))) == 0) continue;
            if (page > log.Length - Sector) return [];
            pages.Add(new HiveLogPage(bit * Sector, log.AsSpan(page, Sector).ToArray()));
            page += Sector;
        }

        return pages;
    }

    private static bool IsBinsSize(int size) => size is > 0 and <= HiveLimits.MaxBinsSize && size % CellSpace.BinGranularity == 0;
}
