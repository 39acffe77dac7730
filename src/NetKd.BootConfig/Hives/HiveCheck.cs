namespace NetKd.BootConfig.Hives;

/// <summary>
/// Walks a hive's whole tree once, when it is opened, and refuses what is damaged: every offset must name a cell in use of the right
/// kind, every count must fit its cell, and no cell may have two owners. What passes can be read and edited without further checks.
/// </summary>
internal sealed class HiveCheck(CellSpace cells, CellMarks marks, SubkeyLists subkeys)
{
    private readonly SecurityCells _security = new(cells);
    private readonly ValueLists _values = new(cells);
    private readonly Dictionary<int, int> _securityUse = [];
    private readonly Stack<(int Key, int Parent, int Depth, int NamedAt)> _waiting = new();

    public void Run(int root)
    {
        _waiting.Push((root, CellSpace.None, 1, 36 - BaseBlock.Size));
        while (_waiting.TryPop(out (int Key, int Parent, int Depth, int NamedAt) next)) CheckKey(next.Key, next.Parent, next.Depth, next.NamedAt);
        CheckSecurityRing();
    }

    private void CheckKey(int cell, int parent, int depth, int namedAt)
    {
        Own(cell, "a key", namedAt, "nk"u8, KeyNode.HeaderSize);
        if (depth > HiveLimits.MaxDepth) throw Damage($"keys are nested more than {HiveLimits.MaxDepth} deep", cell, 0);
        KeyNode key = new(cells, cell);
        bool isCompressed = (key.Flags & KeyNode.CompressedName) != 0;
        if (key.NameSize == 0 || key.NameSize > (isCompressed ? 1 : 2) * (HiveLimits.MaxKeyNameLength + 1) || key.NameSize > cells.ContentSize(cell) - KeyNode.HeaderSize)
            throw Damage("a key's name has an impossible length", cell, 72);
        if (parent != CellSpace.None && key.Parent != parent) throw Damage("a key names another parent than the one that lists it", cell, 16);
        CheckSecurity(key);
        CheckClassName(key);
        CheckSubkeys(key, depth);
        CheckValues(key);
    }

    private void CheckSecurity(KeyNode key)
    {
        int cell = key.Security;
        if (cell == CellSpace.None) return;
        if (!_securityUse.TryGetValue(cell, out int uses))
        {
            Own(cell, "a security descriptor", At(key.Cell, 44), "sk"u8, SecurityCells.HeaderSize);
            int size = _security.DescriptorSize(cell);
            if (size < 0 || size > HiveLimits.MaxSecuritySize || size > cells.ContentSize(cell) - SecurityCells.HeaderSize)
                throw Damage("a security descriptor has an impossible size", cell, 16);
        }

        _securityUse[cell] = uses + 1;
    }

    // Every cell of the ring must be known to its neighbours. Cells that no key uses are allowed, with their links.
    private void CheckSecurityRing()
    {
        foreach ((int cell, int uses) in _securityUse.ToArray())
        {
            CheckRingLink(cell, _security.Next(cell), 4);
            CheckRingLink(cell, _security.Previous(cell), 8);
            if (_security.Previous(_security.Next(cell)) != cell || _security.Next(_security.Previous(cell)) != cell)
                throw Damage("the ring of security descriptors is broken", cell, 4);
            _security.SetReferences(cell, uses);
        }
    }

    private void CheckRingLink(int cell, int to, int field)
    {
        if (_securityUse.ContainsKey(to)) return;
        Own(to, "a security descriptor", At(cell, field), "sk"u8, SecurityCells.HeaderSize);
        _securityUse.Add(to, Math.Max(1, _security.References(to)));
    }

    private void CheckClassName(KeyNode key)
    {
        if (key.ClassName == CellSpace.None || key.ClassNameSize == 0) return;
        marks.Own(key.ClassName, "a class name", At(key.Cell, 48));
        if (key.ClassNameSize > cells.ContentSize(key.ClassName)) throw Damage("a class name is longer than its cell", key.Cell, 74);
    }

    private void CheckSubkeys(KeyNode key, int depth)
    {
        int expected = key.SubkeyCount;
        if (expected == 0) return;
        int namedAt = At(key.Cell, 28);
        List<(int Key, int NamedAt)> found = [];
        Own(key.SubkeyList, "a list of subkeys", namedAt, default, 4);
        Span<byte> list = cells.Content(key.SubkeyList);
        if (list[..2].SequenceEqual("ri"u8))
        {
            int leaves = ListCount(key.SubkeyList);
            for (int i = 0; i < leaves; i++)
            {
                int leaf = BinaryPrimitives.ReadInt32LittleEndian(cells.Content(key.SubkeyList)[(4 + 4 * i)..]);
                Own(leaf, "a list of subkeys", At(key.SubkeyList, 4 + 4 * i), default, 4);
                CheckLeaf(leaf, found);
                if (ListCount(leaf) == 0) throw Damage("a list of subkeys is empty", leaf, 2);
            }
        }
        else
        {
            CheckLeaf(key.SubkeyList, found);
        }

        if (found.Count != expected) throw Damage($"a key counts {(uint)expected} subkeys, but lists {found.Count}", key.Cell, 20);
        CheckOrder(key.Cell, found);
        foreach ((int subkey, int at) in found) _waiting.Push((subkey, key.Cell, depth + 1, at));
    }

    private void CheckLeaf(int leaf, List<(int Key, int NamedAt)> found)
    {
        Span<byte> content = cells.Content(leaf);
        if (!content[..2].SequenceEqual("lh"u8) && !content[..2].SequenceEqual("lf"u8) && !content[..2].SequenceEqual("li"u8))
            throw Damage("a list of subkeys has an unknown signature", leaf, 0);
        int size = SubkeyLists.EntrySize(content);
        int count = ListCount(leaf);
        for (int i = 0; i < count; i++)
            found.Add((BinaryPrimitives.ReadInt32LittleEndian(content[(4 + i * size)..]), At(leaf, 4 + i * size)));
    }

    private int ListCount(int list)
    {
        Span<byte> content = cells.Content(list);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(content[2..]);
        if (count * SubkeyLists.EntrySize(content) > content.Length - 4) throw Damage("a list of subkeys counts more than it holds", list, 2);
        return count;
    }

    // Names are read here before their keys are checked as a whole; only the parts that a name needs are.
    private void CheckOrder(int key, List<(int Key, int NamedAt)> found)
    {
        string? before = null;
        foreach ((int subkey, int at) in found)
        {
            if (!marks.IsAllocated(subkey)) throw CellSpace.Damage($"a key is said to be at 0x{(uint)subkey:x}, where no cell is in use", at);
            if (cells.ContentSize(subkey) < KeyNode.HeaderSize || new KeyNode(cells, subkey).NameSize > cells.ContentSize(subkey) - KeyNode.HeaderSize)
                throw Damage("a key's name has an impossible length", subkey, 72);
            string name = new KeyNode(cells, subkey).Name;
            if (before is not null && HiveNames.Compare(before, name) >= 0) subkeys.MarkUnordered(key);
            before = name;
        }
    }

    private void CheckValues(KeyNode key)
    {
        int count = key.ValueCount;
        if (count == 0) return;
        Own(key.ValueList, "a list of values", At(key.Cell, 40), default, 4);
        if (count < 0 || count > cells.ContentSize(key.ValueList) / 4) throw Damage("a list of values counts more than it holds", key.Cell, 36);
        for (int i = 0; i < count; i++)
            CheckValue(BinaryPrimitives.ReadInt32LittleEndian(cells.Content(key.ValueList)[(4 * i)..]), At(key.ValueList, 4 * i));
    }

    private void CheckValue(int cell, int namedAt)
    {
        Own(cell, "a value", namedAt, "vk"u8, ValueLists.HeaderSize);
        Span<byte> content = cells.Content(cell);
        int nameSize = BinaryPrimitives.ReadUInt16LittleEndian(content[2..]);
        if (nameSize > content.Length - ValueLists.HeaderSize) throw Damage("a value's name is longer than its cell", cell, 2);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(content[4..]);
        if ((size & ValueLists.InlineFlag) != 0)
        {
            if ((size & ~ValueLists.InlineFlag) > 4) throw Damage("a value keeps more than four bytes in its own cell", cell, 4);
            return;
        }

        if (size == 0) return;
        if (size > HiveLimits.MaxValueSize) throw Damage("a value has an impossible size", cell, 4);
        int data = BinaryPrimitives.ReadInt32LittleEndian(content[8..]);
        marks.Own(data, "a value's data", At(cell, 8));
        if (_values.IsSegmented(data, (int)size)) CheckSegments(data, (int)size);
        else if (size > cells.ContentSize(data)) throw Damage("a value is longer than its data cell", cell, 4);
    }

    private void CheckSegments(int record, int size)
    {
        if (cells.ContentSize(record) < 8) throw Damage("a record of data segments is cut short", record, 0);
        Span<byte> content = cells.Content(record);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(content[2..]);
        int list = BinaryPrimitives.ReadInt32LittleEndian(content[4..]);
        if (count != (size + ValueLists.SegmentSize - 1) / ValueLists.SegmentSize) throw Damage("a value has another number of segments than its size needs", record, 2);
        marks.Own(list, "a list of data segments", At(record, 4));
        if (count > cells.ContentSize(list) / 4) throw Damage("a list of data segments counts more than it holds", record, 2);
        for (int i = 0; i < count; i++)
        {
            int segment = BinaryPrimitives.ReadInt32LittleEndian(cells.Content(list)[(4 * i)..]);
            marks.Own(segment, "a data segment", At(list, 4 * i));
            if (cells.ContentSize(segment) < Math.Min(ValueLists.SegmentSize, size - i * ValueLists.SegmentSize)) throw Damage("a data segment is too short", segment, -4);
        }
    }

    private void Own(int cell, string what, int namedAt, ReadOnlySpan<byte> signature, int smallest)
    {
        marks.Own(cell, what, namedAt);
        if (cells.ContentSize(cell) < smallest) throw Damage($"{what} is cut short", cell, -4);
        if (!cells.Content(cell).StartsWith(signature)) throw Damage($"{what} has a wrong signature", cell, 0);
    }

    private static int At(int cell, int field) => cell + 4 + field;

    private static HiveFormatException Damage(string reason, int cell, int field) => CellSpace.Damage(reason, At(cell, field));
}
