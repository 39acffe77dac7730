namespace NetKd.BootConfig.Hives;

/// <summary>
/// The first 4096 bytes of a hive file ("Windows registry file format specification", Base block). The bytes are kept, so that fields
/// which this class does not know survive a save.
/// </summary>
internal sealed class BaseBlock
{
    public const int Size = 4096;

    /// <summary>The part that a checksum guards and that a log repeats.</summary>
    public const int SectorSize = 512;

    /// <summary>1.5 has hash leaves and big data; Windows writes it since XP.</summary>
    public const uint NewestMinorVersion = 5;

    public const int PrimaryFile = 0;
    public const int OldLog = 1;
    public const int NewLog = 6;

    private const int ChecksumAt = 508;
    private const int FileNameAt = 48;
    private const int FileNameSize = 64;

    private readonly byte[] _bytes = new byte[Size];

    /// <summary>Takes as much of a base block as there is; a log holds one sector of it.</summary>
    public BaseBlock(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, Size)].CopyTo(_bytes);

    private BaseBlock()
    {
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public bool IsSigned => _bytes.AsSpan(0, 4).SequenceEqual("regf"u8);

    public bool IsChecksumRight => UInt32(ChecksumAt) == Checksum();

    public uint PrimarySequence { get => UInt32(4); set => Put(4, value); }

    public uint SecondarySequence { get => UInt32(8); set => Put(8, value); }

    /// <summary>A FILETIME.</summary>
    public long LastWritten
    {
        get => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(12));
        set => BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(12), value);
    }

    public uint MajorVersion { get => UInt32(20); private set => Put(20, value); }

    public uint MinorVersion { get => UInt32(24); private set => Put(24, value); }

    public uint FileType { get => UInt32(28); set => Put(28, value); }

    public uint FileFormat { get => UInt32(32); private set => Put(32, value); }

    public uint RootCell { get => UInt32(36); set => Put(36, value); }

    public uint BinsSize { get => UInt32(40); set => Put(40, value); }

    public static BaseBlock Create(string fileName)
    {
        BaseBlock block = new();
        "regf"u8.CopyTo(block._bytes);
        block.PrimarySequence = 1;
        block.SecondarySequence = 1;
        block.MajorVersion = 1;
        block.MinorVersion = NewestMinorVersion;
        block.FileFormat = 1;
        block.Put(44, 1);
        byte[] name = Encoding.Unicode.GetBytes(fileName);
        name.AsSpan(0, Math.Min(name.Length, FileNameSize - 2)).CopyTo(block._bytes.AsSpan(FileNameAt));
        return block;
    }

    /// <summary>Sets the checksum. Every other change must come before.</summary>
    public void Seal() => Put(ChecksumAt, Checksum());

    private uint Checksum()
    {
        uint sum = 0;
        for (int i = 0; i < ChecksumAt; i += 4) sum ^= UInt32(i);
        // Windows keeps these two values for "none".
        return sum switch { 0 => 1, uint.MaxValue => uint.MaxValue - 1, _ => sum };
    }

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset));

    private void Put(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(offset), value);
}
