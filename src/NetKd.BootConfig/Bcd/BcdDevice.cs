namespace NetKd.BootConfig.Bcd;

/// <summary>
/// A device descriptor: 16 bytes of an identifier of further options, then a record (type, flags, length, and what the type needs). The
/// layout is that of public readers of stores; records they do not explain are kept and shown as bytes. A store file does not say
/// which drive letter a partition has, so partitions are written as what identifies them on any machine.
/// </summary>
public sealed class BcdDevice
{
    private const int RecordAt = 16;
    private const int PartitionRecordSize = 0x48;
    private const uint BootType = 5;
    private const uint PartitionType = 6;
    private const uint GptStyle = 0;
    private const uint MbrStyle = 1;

    private readonly byte[] _bytes;

    /// <summary>Takes the bytes of an element.</summary>
    public BcdDevice(byte[] bytes) => _bytes = (byte[])bytes.Clone();

    /// <summary>The device from which the boot manager was loaded.</summary>
    public static BcdDevice Boot { get; } = new(Record(BootType));

    /// <summary>The forms that <see cref="TryParse"/> takes.</summary>
    public const string Forms = "boot, gpt={DISK-GUID},{PARTITION-GUID}, mbr=SIGNATURE,OFFSET (hexadecimal), raw=HEX";

    /// <summary>The bytes as stored.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads one of the <see cref="Forms"/>.</summary>
    public static bool TryParse(string text, out BcdDevice? device)
    {
        device = null;
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string kind = (equals < 0 ? text : text[..equals]).ToLowerInvariant();
        string value = equals < 0 ? "" : text[(equals + 1)..];
        string[] parts = value.Split(',', 2, StringSplitOptions.TrimEntries);
        switch (kind)
        {
            case "boot" when equals < 0:
                device = Boot;
                break;
            case "gpt" when parts.Length == 2 && Guid.TryParse(parts[0], out Guid disk) && Guid.TryParse(parts[1], out Guid partition):
                byte[] gpt = Record(PartitionType);
                Put(gpt, 0x24, GptStyle);
                disk.TryWriteBytes(gpt.AsSpan(RecordAt + 0x28));
                partition.TryWriteBytes(gpt.AsSpan(RecordAt + 0x10));
                device = new BcdDevice(gpt);
                break;
            case "mbr" when parts.Length == 2 && TryHex(parts[0], out ulong signature) && signature <= uint.MaxValue && TryHex(parts[1], out ulong offset):
                byte[] mbr = Record(PartitionType);
                Put(mbr, 0x24, MbrStyle);
                Put(mbr, 0x28, (uint)signature);
                BinaryPrimitives.WriteUInt64LittleEndian(mbr.AsSpan(RecordAt + 0x10), offset);
                device = new BcdDevice(mbr);
                break;
            case "raw" when value.Length > 0 && value.Length % 2 == 0 && value.Length <= 8192 && value.All(char.IsAsciiHexDigit):
                device = new BcdDevice(Convert.FromHexString(value));
                break;
            default:
                break;
        }

        return device is not null;
    }

    /// <summary>The device in one of the <see cref="Forms"/>.</summary>
    public override string ToString()
    {
        if (_bytes.Length == RecordAt + PartitionRecordSize && _bytes.AsSpan(0, RecordAt).IndexOfAnyExcept((byte)0) < 0)
        {
            if (UInt32(0) == BootType) return "boot";
            if (UInt32(0) == PartitionType && UInt32(0x24) == GptStyle)
                return $"gpt={new Guid(_bytes.AsSpan(RecordAt + 0x28, 16)):B},{new Guid(_bytes.AsSpan(RecordAt + 0x10, 16)):B}";
            if (UInt32(0) == PartitionType && UInt32(0x24) == MbrStyle)
                return $"mbr=0x{UInt32(0x28):x},0x{BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(RecordAt + 0x10)):x}";
        }

        return "raw=" + Convert.ToHexStringLower(_bytes);
    }

    private static byte[] Record(uint type)
    {
        byte[] bytes = new byte[RecordAt + PartitionRecordSize];
        Put(bytes, 0, type);
        Put(bytes, 8, PartitionRecordSize);
        return bytes;
    }

    private static bool TryHex(string text, out ulong value) =>
        ulong.TryParse(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static void Put(byte[] bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(RecordAt + offset), value);

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(RecordAt + offset));
}
