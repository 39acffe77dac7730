using System.Buffers.Binary;

namespace NetKd.TargetOs.Boot;

/// <summary>
/// Reads keys and values of a registry hive in memory ("Windows registry file format specification"). Nothing is trusted: each cell is
/// bounded when it is used, lists nest once, and what is damaged counts as absent. Needs no heap; it runs in the loader.
/// </summary>
internal readonly ref struct HiveReader
{
    /// <summary>Bytes of the base block. Cell offsets count from its end.</summary>
    public const int BaseBlockSize = 4096;

    private const int MaxSubkeys = 10_000;
    private const int MaxValues = 256;

    private const int ChecksumAt = 508;
    private const int SmallestCell = 8;
    private const int KeyHeaderSize = 76;
    private const int ValueHeaderSize = 20;
    private const ushort SignatureKey = 'n' | ('k' << 8);
    private const ushort SignatureValue = 'v' | ('k' << 8);
    private const ushort SignatureIndexRoot = 'r' | ('i' << 8);
    private const ushort SignatureIndexLeaf = 'l' | ('i' << 8);
    private const ushort SignatureFastLeaf = 'l' | ('f' << 8);
    private const ushort SignatureHashLeaf = 'l' | ('h' << 8);
    private const ushort KeyNameCompressed = 0x20;
    private const ushort ValueNameCompressed = 1;
    private const uint DataInOffset = 0x8000_0000;

    private readonly ReadOnlySpan<byte> _bins;

    private HiveReader(ReadOnlySpan<byte> bins, int root)
    {
        _bins = bins;
        Root = root;
    }

    /// <summary>The cell of the root key.</summary>
    public int Root { get; }

    /// <summary>Takes a whole hive file, whose bytes must stay.</summary>
    public static HiveFault Open(ReadOnlySpan<byte> file, out HiveReader hive)
    {
        hive = default;
        if (file.Length < BaseBlockSize || !file.Slice(0, 4).SequenceEqual("regf"u8)) return HiveFault.NoHive;
        uint sum = 0;
        for (int at = 0; at < ChecksumAt; at += 4) sum ^= BinaryPrimitives.ReadUInt32LittleEndian(file.Slice(at));

        // These two values mean "none", so their neighbours stand for them.
        if (sum == 0) sum = 1;
        else if (sum == uint.MaxValue) sum = uint.MaxValue - 1;
        if (sum != BinaryPrimitives.ReadUInt32LittleEndian(file.Slice(ChecksumAt))) return HiveFault.Checksum;
        if (!file.Slice(4, 4).SequenceEqual(file.Slice(8, 4))) return HiveFault.Unfinished;

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(file.Slice(40));
        if (size > (uint)(file.Length - BaseBlockSize)) return HiveFault.Damaged;
        HiveReader found = new(file.Slice(BaseBlockSize, (int)size), BinaryPrimitives.ReadInt32LittleEndian(file.Slice(36)));
        if (!found.TryKey(found.Root, out _)) return HiveFault.Damaged;
        hive = found;
        return HiveFault.None;
    }

    /// <summary>Finds a subkey by its ASCII name; letter case does not count.</summary>
    public bool TryFindKey(int parent, scoped ReadOnlySpan<byte> name, out int key)
    {
        key = 0;
        if (!TryKey(parent, out ReadOnlySpan<byte> node)) return false;
        if (!TryCell(ReadInt32(node, 28), out ReadOnlySpan<byte> list) || list.Length < 4) return false;
        int left = MaxSubkeys;
        if (Signature(list) != SignatureIndexRoot) return TryFindInLeaf(list, name, ref left, out key);
        int leaves = Count(list, 4);
        for (int i = 0; i < leaves && left > 0; i++)
        {
            left--;
            if (TryCell(ReadInt32(list, 4 + (4 * i)), out ReadOnlySpan<byte> leaf) && leaf.Length >= 4 && TryFindInLeaf(leaf, name, ref left, out key))
                return true;
        }

        return false;
    }

    /// <summary>Finds a value by its ASCII name. Data that lies in several cells (above 16344 bytes) is taken as absent.</summary>
    public bool TryFindValue(int key, scoped ReadOnlySpan<byte> name, out uint type, out ReadOnlySpan<byte> data)
    {
        type = 0;
        data = default;
        if (!TryKey(key, out ReadOnlySpan<byte> node)) return false;
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(node.Slice(36));
        if (count == 0 || !TryCell(ReadInt32(node, 40), out ReadOnlySpan<byte> list)) return false;
        for (int i = 0; i < count && i < MaxValues && (4 * i) + 4 <= list.Length; i++)
        {
            if (!TryCell(ReadInt32(list, 4 * i), out ReadOnlySpan<byte> value)) continue;
            if (value.Length < ValueHeaderSize || Signature(value) != SignatureValue) continue;
            int nameSize = BinaryPrimitives.ReadUInt16LittleEndian(value.Slice(2));
            if (nameSize > value.Length - ValueHeaderSize) continue;
            bool compressed = (BinaryPrimitives.ReadUInt16LittleEndian(value.Slice(16)) & ValueNameCompressed) != 0;
            if (!IsName(value.Slice(ValueHeaderSize, nameSize), compressed, name)) continue;
            type = BinaryPrimitives.ReadUInt32LittleEndian(value.Slice(12));
            return TryData(value, out data);
        }

        return false;
    }

    private bool TryData(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> data)
    {
        data = default;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(value.Slice(4));
        if ((size & DataInOffset) != 0)
        {
            size &= ~DataInOffset;
            if (size > 4) return false;
            data = value.Slice(8, (int)size);
            return true;
        }

        if (size == 0) return true;
        if (!TryCell(ReadInt32(value, 8), out ReadOnlySpan<byte> cell) || size > (uint)cell.Length) return false;
        data = cell.Slice(0, (int)size);
        return true;
    }

    private bool TryFindInLeaf(ReadOnlySpan<byte> leaf, scoped ReadOnlySpan<byte> name, ref int left, out int key)
    {
        key = 0;
        ushort signature = Signature(leaf);
        if (signature is not (SignatureIndexLeaf or SignatureFastLeaf or SignatureHashLeaf)) return false;
        int stride = signature == SignatureIndexLeaf ? 4 : 8;
        int count = Count(leaf, stride);
        for (int i = 0; i < count && left > 0; i++)
        {
            left--;
            int subkey = ReadInt32(leaf, 4 + (stride * i));
            if (!TryKey(subkey, out ReadOnlySpan<byte> node)) continue;
            bool compressed = (BinaryPrimitives.ReadUInt16LittleEndian(node.Slice(2)) & KeyNameCompressed) != 0;
            int nameSize = BinaryPrimitives.ReadUInt16LittleEndian(node.Slice(72));
            if (!IsName(node.Slice(KeyHeaderSize, nameSize), compressed, name)) continue;
            key = subkey;
            return true;
        }

        return false;
    }

    /// <summary>A key node with the whole of its name.</summary>
    private bool TryKey(int cell, out ReadOnlySpan<byte> node) =>
        TryCell(cell, out node) && node.Length >= KeyHeaderSize && Signature(node) == SignatureKey
        && BinaryPrimitives.ReadUInt16LittleEndian(node.Slice(72)) <= node.Length - KeyHeaderSize;

    /// <summary>The content of an allocated cell, behind its size field.</summary>
    private bool TryCell(int cell, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (cell < 0 || (cell & 7) != 0 || cell > _bins.Length - SmallestCell) return false;

        // Allocated cells carry their size negated.
        long size = -(long)ReadInt32(_bins, cell);
        if (size < SmallestCell || size > _bins.Length - cell) return false;
        content = _bins.Slice(cell + 4, (int)size - 4);
        return true;
    }

    /// <summary>Entries of a list, at most as many as its cell has room for.</summary>
    private static int Count(ReadOnlySpan<byte> list, int stride)
    {
        int stated = BinaryPrimitives.ReadUInt16LittleEndian(list.Slice(2));
        int room = (list.Length - 4) / stride;
        return stated < room ? stated : room;
    }

    private static bool IsName(ReadOnlySpan<byte> stored, bool compressed, scoped ReadOnlySpan<byte> name)
    {
        int stride = compressed ? 1 : 2;
        if (stored.Length != stride * name.Length) return false;
        for (int i = 0; i < name.Length; i++)
        {
            if (!compressed && stored[(2 * i) + 1] != 0) return false;
            if (Lower(stored[stride * i]) != Lower(name[i])) return false;
        }

        return true;
    }

    private static int Lower(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' ? letter + 32 : letter;

    private static ushort Signature(ReadOnlySpan<byte> cell) => BinaryPrimitives.ReadUInt16LittleEndian(cell);

    private static int ReadInt32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadInt32LittleEndian(data.Slice(offset));
}
