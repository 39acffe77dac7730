namespace NetKd.BootConfig.Hives;

/// <summary>
/// The subkeys of a key: one leaf (li, lf or lh), or an index root (ri) over several. Leaves are kept in name order, so that a lookup
/// is two binary searches; a hive whose writer left them unordered is searched whole.
/// </summary>
internal sealed class SubkeyLists(CellSpace cells)
{
    /// <summary>
    /// Entries at which a leaf is split. A leaf of 8-byte entries then stays within one bin of 4096 bytes, as in hives from Windows.
    /// </summary>
    public const int MaxLeafEntries = 500;

    private readonly HashSet<int> _unordered = [];

    /// <summary>Notes that the lists of a key are not in name order.</summary>
    public void MarkUnordered(int key) => _unordered.Add(key);

    /// <summary>Key cells in the order of the lists.</summary>
    public IEnumerable<int> All(KeyNode key)
    {
        if (key.SubkeyCount == 0) yield break;
        foreach (int leaf in Leaves(key.SubkeyList))
        {
            int count = Count(leaf);
            for (int i = 0; i < count; i++) yield return Entry(leaf, i);
        }
    }

    /// <summary>The cell of a subkey, or <see cref="CellSpace.None"/>.</summary>
    public int Find(KeyNode key, string name)
    {
        if (key.SubkeyCount == 0) return CellSpace.None;
        if (_unordered.Contains(key.Cell))
        {
            foreach (int subkey in All(key))
            {
                if (HiveNames.Compare(NameOf(subkey), name) == 0) return subkey;
            }

            return CellSpace.None;
        }

        int leaf = LeafFor(Leaves(key.SubkeyList), name, out _);
        int index = Search(leaf, name, out bool isFound);
        return isFound ? Entry(leaf, index) : CellSpace.None;
    }

    /// <summary>Lists a new subkey, whose name must not be listed yet.</summary>
    public void Add(KeyNode key, int subkey, string name)
    {
        if (_unordered.Remove(key.Cell)) Sort(key);
        if (key.SubkeyCount == 0)
        {
            key.SubkeyList = CreateLeaf(cells.HasHashLeaves ? "lh"u8 : "lf"u8, subkey, name);
            key.SubkeyCount = 1;
            return;
        }

        bool hasRoot = IsRoot(key.SubkeyList);
        int leaf = LeafFor(Leaves(key.SubkeyList), name, out int at);
        int grown = Insert(leaf, subkey, name);
        if (grown != leaf) Relink(key, hasRoot, at, grown);
        if (Count(grown) > MaxLeafEntries) Split(key, grown, at);
        key.SubkeyCount++;
    }

    /// <summary>Takes a subkey off the lists; the key itself is not touched.</summary>
    public void Remove(KeyNode key, int subkey)
    {
        int[] leaves = Leaves(key.SubkeyList);
        for (int at = 0; at < leaves.Length; at++)
        {
            int leaf = leaves[at];
            int count = Count(leaf);
            int size = EntrySize(leaf);
            for (int i = 0; i < count; i++)
            {
                if (Entry(leaf, i) != subkey) continue;
                Span<byte> entries = cells.Content(leaf)[4..(4 + count * size)];
                entries[((i + 1) * size)..].CopyTo(entries[(i * size)..]);
                entries[^size..].Clear();
                SetCount(leaf, count - 1);
                if (count == 1) RemoveLeaf(key, leaf, at);
                if (--key.SubkeyCount == 0) key.SubkeyList = CellSpace.None;
                return;
            }
        }

        throw new InvalidOperationException("the key does not list this subkey");
    }

    /// <summary>Bytes of one entry: 4 in an index leaf and in an index root, 8 in the others.</summary>
    public static int EntrySize(ReadOnlySpan<byte> list) => list[1] == (byte)'i' ? 4 : 8;

    private string NameOf(int subkey) => new KeyNode(cells, subkey).Name;

    private int EntrySize(int list) => EntrySize(cells.Content(list));

    private int Count(int list) => BinaryPrimitives.ReadUInt16LittleEndian(cells.Content(list)[2..]);

    private void SetCount(int list, int count) => BinaryPrimitives.WriteUInt16LittleEndian(cells.Content(list)[2..], (ushort)count);

    private int Entry(int list, int index)
    {
        Span<byte> content = cells.Content(list);
        return BinaryPrimitives.ReadInt32LittleEndian(content[(4 + index * EntrySize(content))..]);
    }

    private bool IsRoot(int list) => cells.Content(list)[0] == (byte)'r';

    private int[] Leaves(int list)
    {
        if (!IsRoot(list)) return [list];
        int[] leaves = new int[Count(list)];
        for (int i = 0; i < leaves.Length; i++) leaves[i] = Entry(list, i);
        return leaves;
    }

    // The last leaf whose first name is not after this one.
    private int LeafFor(int[] leaves, string name, out int at)
    {
        int low = 0;
        int high = leaves.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (HiveNames.Compare(NameOf(Entry(leaves[middle], 0)), name) <= 0) low = middle;
            else high = middle - 1;
        }

        at = low;
        return leaves[low];
    }

    private int Search(int leaf, string name, out bool isFound)
    {
        int low = 0;
        int high = Count(leaf);
        while (low < high)
        {
            int middle = (low + high) / 2;
            int order = HiveNames.Compare(NameOf(Entry(leaf, middle)), name);
            if (order == 0)
            {
                isFound = true;
                return middle;
            }

            if (order < 0) low = middle + 1;
            else high = middle;
        }

        isFound = false;
        return low;
    }

    private int CreateLeaf(ReadOnlySpan<byte> signature, int subkey, string name)
    {
        int leaf = cells.Allocate(12);
        signature.CopyTo(cells.Content(leaf));
        SetCount(leaf, 1);
        PutEntry(leaf, 0, subkey, name);
        return leaf;
    }

    private void PutEntry(int leaf, int index, int key, string name)
    {
        Span<byte> content = cells.Content(leaf);
        int size = EntrySize(content);
        BinaryPrimitives.WriteInt32LittleEndian(content[(4 + index * size)..], key);
        if (size == 8)
            BinaryPrimitives.WriteUInt32LittleEndian(content[(8 + index * size)..], content[1] == (byte)'h' ? HiveNames.Hash(name) : HiveNames.Hint(name));
    }

    private int Insert(int leaf, int subkey, string name)
    {
        int index = Search(leaf, name, out _);
        int count = Count(leaf);
        int size = EntrySize(leaf);
        // Room for some more at once: a store is often filled key by key.
        if (cells.ContentSize(leaf) < 4 + (count + 1) * size) leaf = cells.Grow(leaf, 4 + (count + 1 + count / 4) * size);
        Span<byte> entries = cells.Content(leaf)[4..];
        entries[(index * size)..(count * size)].CopyTo(entries[((index + 1) * size)..]);
        SetCount(leaf, count + 1);
        PutEntry(leaf, index, subkey, name);
        return leaf;
    }

    private void Relink(KeyNode key, bool hasRoot, int at, int leaf)
    {
        if (!hasRoot) key.SubkeyList = leaf;
        else BinaryPrimitives.WriteInt32LittleEndian(cells.Content(key.SubkeyList)[(4 + 4 * at)..], leaf);
    }

    private void Split(KeyNode key, int leaf, int at)
    {
        int count = Count(leaf);
        int kept = count / 2;
        int size = EntrySize(leaf);
        byte[] moved = cells.Content(leaf)[(4 + kept * size)..(4 + count * size)].ToArray();
        byte[] signature = cells.Content(leaf)[..2].ToArray();
        int right = cells.Allocate(4 + moved.Length);
        signature.CopyTo(cells.Content(right));
        moved.CopyTo(cells.Content(right)[4..]);
        SetCount(right, count - kept);
        cells.Content(leaf)[(4 + kept * size)..].Clear();
        SetCount(leaf, kept);

        if (!IsRoot(key.SubkeyList))
        {
            int root = cells.Allocate(12);
            "ri"u8.CopyTo(cells.Content(root));
            SetCount(root, 1);
            BinaryPrimitives.WriteInt32LittleEndian(cells.Content(root)[4..], leaf);
            key.SubkeyList = root;
        }

        int leaves = Count(key.SubkeyList);
        if (leaves == ushort.MaxValue) throw new InvalidOperationException("a key has too many subkeys");
        key.SubkeyList = cells.Grow(key.SubkeyList, 4 + 4 * (leaves + 1));
        Span<byte> entries = cells.Content(key.SubkeyList)[4..];
        entries[(4 * (at + 1))..(4 * leaves)].CopyTo(entries[(4 * (at + 2))..]);
        BinaryPrimitives.WriteInt32LittleEndian(entries[(4 * (at + 1))..], right);
        SetCount(key.SubkeyList, leaves + 1);
    }

    private void RemoveLeaf(KeyNode key, int leaf, int at)
    {
        cells.Free(leaf);
        if (key.SubkeyList == leaf) return;
        int leaves = Count(key.SubkeyList);
        Span<byte> entries = cells.Content(key.SubkeyList)[4..(4 + 4 * leaves)];
        entries[(4 * (at + 1))..].CopyTo(entries[(4 * at)..]);
        entries[^4..].Clear();
        SetCount(key.SubkeyList, leaves - 1);
        if (leaves == 1) cells.Free(key.SubkeyList);
    }

    // Builds the lists of a key anew, in order.
    private void Sort(KeyNode key)
    {
        (int Key, string Name)[] entries = [.. All(key).Select(k => (k, NameOf(k)))];
        Array.Sort(entries, (left, right) => HiveNames.Compare(left.Name, right.Name));
        FreeLists(key);
        foreach ((int subkey, string name) in entries) Add(key, subkey, name);
    }

    private void FreeLists(KeyNode key)
    {
        int list = key.SubkeyList;
        bool isRoot = IsRoot(list);
        foreach (int leaf in Leaves(list)) cells.Free(leaf);
        if (isRoot) cells.Free(list);
        key.SubkeyList = CellSpace.None;
        key.SubkeyCount = 0;
    }
}
