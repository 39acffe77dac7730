using System.Buffers.Binary;

namespace NetKd.Linux.Btf;

/// <summary>
/// One record: a name, what it is, and a size or another record's number; then what its kind adds (kernel documentation: bpf/btf, 2.2). All numbers
/// are little-endian.
/// </summary>
internal readonly ref struct BtfRecord
{
    public const int HeaderSize = 12;

    private BtfRecord(uint nameOffset, BtfKind kind, bool flag, int count, uint sizeOrType, ReadOnlySpan<byte> data)
    {
        NameOffset = nameOffset;
        Kind = kind;
        Flag = flag;
        Count = count;
        SizeOrType = sizeOrType;
        Data = data;
    }

    /// <summary>Where its name stands among the strings.</summary>
    public uint NameOffset { get; }

    public BtfKind Kind { get; }

    /// <summary>Means something else in each kind: offsets with sizes of bit fields, signed values, a union.</summary>
    public bool Flag { get; }

    /// <summary>How many members, values or parameters.</summary>
    public int Count { get; }

    /// <summary>Size in bytes, or the number of the record that it refers to.</summary>
    public uint SizeOrType { get; }

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>The record's bytes, header included.</summary>
    public int Length => HeaderSize + Data.Length;

    public uint Word(int index) => BinaryPrimitives.ReadUInt32LittleEndian(Data[(4 * index)..]);

    /// <summary>Reads a record; false with the reason for one that is cut off or of a kind that nobody knows: how long it is only its kind would say.</summary>
    public static bool TryRead(ReadOnlySpan<byte> types, int offset, out BtfRecord record, out string reason)
    {
        record = default;
        reason = "it ends within a record";
        if (types.Length - offset < HeaderSize) return false;
        ReadOnlySpan<byte> bytes = types[offset..];
        uint info = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        int count = (int)(info & 0xFFFF);
        BtfKind kind = (BtfKind)(info >> 24 & 0x1F);
        int length = kind switch
        {
            BtfKind.Integer or BtfKind.Variable or BtfKind.DeclarationTag => 4,
            BtfKind.Array => 12,
            BtfKind.Structure or BtfKind.Union or BtfKind.DataSection or BtfKind.Enumeration64 => 12 * count,
            BtfKind.Enumeration or BtfKind.FunctionPrototype => 8 * count,
            BtfKind.Pointer or BtfKind.Forward or BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.Function or BtfKind.Float or BtfKind.TypeTag => 0,
            _ => -1,
        };
        if (length < 0)
        {
            reason = kind == BtfKind.Void ? "no record is of kind 0" : $"records of kind {(int)kind} are of a newer format";
            return false;
        }

        if (bytes.Length - HeaderSize < length) return false;
        record = new BtfRecord(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes), kind, info >> 31 != 0, count, BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]), bytes.Slice(HeaderSize, length));
        return true;
    }
}
