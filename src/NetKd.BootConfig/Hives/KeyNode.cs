namespace NetKd.BootConfig.Hives;

/// <summary>The fields of a key node cell (nk). A view: it reads and writes the cell itself.</summary>
internal readonly struct KeyNode(CellSpace cells, int cell)
{
    public const int HeaderSize = 76;
    public const int RootFlags = HiveEntry | NoDelete | CompressedName;
    public const int CompressedName = 0x20;

    private const int HiveEntry = 0x04;
    private const int NoDelete = 0x08;

    public int Cell => cell;

    public ushort Flags { get => BinaryPrimitives.ReadUInt16LittleEndian(Content[2..]); set => BinaryPrimitives.WriteUInt16LittleEndian(Content[2..], value); }

    /// <summary>A FILETIME.</summary>
    public long LastWritten { get => BinaryPrimitives.ReadInt64LittleEndian(Content[4..]); set => BinaryPrimitives.WriteInt64LittleEndian(Content[4..], value); }

    public int Parent { get => Int32(16); set => Put(16, value); }

    public int SubkeyCount { get => Int32(20); set => Put(20, value); }

    public int SubkeyList { get => Int32(28); set => Put(28, value); }

    public int ValueCount { get => Int32(36); set => Put(36, value); }

    public int ValueList { get => Int32(40); set => Put(40, value); }

    public int Security { get => Int32(44); set => Put(44, value); }

    public int ClassName { get => Int32(48); set => Put(48, value); }

    /// <summary>An upper bound, in bytes of UTF-16.</summary>
    public int LargestSubkeyName { get => Int32(52); set => Put(52, value); }

    /// <summary>An upper bound, in bytes of UTF-16.</summary>
    public int LargestValueName { get => Int32(60); set => Put(60, value); }

    /// <summary>An upper bound, in bytes.</summary>
    public int LargestValueData { get => Int32(64); set => Put(64, value); }

    public int NameSize => BinaryPrimitives.ReadUInt16LittleEndian(Content[72..]);

    public int ClassNameSize => BinaryPrimitives.ReadUInt16LittleEndian(Content[74..]);

    public string Name => HiveNames.Read(Content.Slice(HeaderSize, NameSize), (Flags & CompressedName) != 0);

    private Span<byte> Content => cells.Content(cell);

    /// <summary>A new node without subkeys, values or security. Its parent does not list it yet.</summary>
    public static KeyNode Create(CellSpace cells, string name, int parent, long time)
    {
        byte[] bytes = HiveNames.Write(name, out bool isCompressed);
        KeyNode node = new(cells, cells.Allocate(HeaderSize + bytes.Length));
        "nk"u8.CopyTo(node.Content);
        node.Flags = (ushort)(isCompressed ? CompressedName : 0);
        node.LastWritten = time;
        node.Parent = parent;
        node.SubkeyList = CellSpace.None;
        node.Put(32, CellSpace.None);
        node.ValueList = CellSpace.None;
        node.Security = CellSpace.None;
        node.ClassName = CellSpace.None;
        BinaryPrimitives.WriteUInt16LittleEndian(node.Content[72..], (ushort)bytes.Length);
        bytes.CopyTo(node.Content[HeaderSize..]);
        return node;
    }

    private int Int32(int offset) => BinaryPrimitives.ReadInt32LittleEndian(Content[offset..]);

    private void Put(int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(Content[offset..], value);
}
