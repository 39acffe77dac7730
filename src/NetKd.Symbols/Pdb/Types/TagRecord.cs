namespace NetKd.Symbols.Pdb.Types;

/// <summary>The record of a structure, class, union, interface or enumeration.</summary>
internal readonly ref struct TagRecord
{
    private const uint ForwardReference = 0x80;
    private const uint Scoped = 0x100;
    private const uint HasUniqueName = 0x200;

    private readonly uint _options;

    private TagRecord(ushort leaf, RecordReader reader, out bool valid)
    {
        Leaf = leaf;
        bool wide = leaf >= TypeLeaf.Class2;
        if (wide)
        {
            // The wide forms have their options first and the count of members, a number, after the indices.
            _options = reader.UInt32();
        }
        else
        {
            reader.Skip(2);
            _options = reader.UInt16();
        }

        if (leaf == TypeLeaf.Enum) UnderlyingIndex = reader.UInt32();
        FieldList = reader.UInt32();
        if (leaf is not (TypeLeaf.Enum or TypeLeaf.Union or TypeLeaf.Union2)) reader.Skip(8);
        if (wide) reader.Number();
        if (leaf != TypeLeaf.Enum) Size = (ulong)reader.Number();
        Name = reader.TextBytes();
        valid = !reader.Failed;
        UniqueName = (_options & HasUniqueName) != 0 && !reader.AtEnd ? reader.TextBytes() : [];
    }

    /// <summary>What kind of record it is.</summary>
    public ushort Leaf { get; }

    /// <summary>Index of the list of its members, 0 when it has none.</summary>
    public uint FieldList { get; }

    /// <summary>Size in bytes; 0 for an enumeration.</summary>
    public ulong Size { get; }

    /// <summary>The integer of an enumeration.</summary>
    public uint UnderlyingIndex { get; }

    /// <summary>Its name with its scopes.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The decorated name, which no other type of the program has; empty where the compiler gives none.</summary>
    public ReadOnlySpan<byte> UniqueName { get; }

    /// <summary>It is only declared.</summary>
    public bool IsForwardReference => (_options & ForwardReference) != 0;

    /// <summary>It is declared within a function.</summary>
    public bool IsScoped => (_options & Scoped) != 0;

    /// <summary>It has no name of its own.</summary>
    public bool IsUnnamed => Name.EndsWith("<unnamed-tag>"u8) || Name.EndsWith("__unnamed"u8);

    public static bool IsTag(ushort leaf) =>
        leaf is TypeLeaf.Class or TypeLeaf.Structure or TypeLeaf.Union or TypeLeaf.Enum or TypeLeaf.Interface
            or TypeLeaf.Class2 or TypeLeaf.Structure2 or TypeLeaf.Union2 or TypeLeaf.Interface2;

    public static bool TryRead(ushort leaf, ReadOnlySpan<byte> content, out TagRecord record)
    {
        record = default;
        if (!IsTag(leaf)) return false;
        record = new TagRecord(leaf, new RecordReader(content), out bool valid);
        return valid;
    }
}
