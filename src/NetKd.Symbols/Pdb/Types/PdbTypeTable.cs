using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.Text;
using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Symbols;
using NetKd.Symbols.Types;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// A PDB's types (the TPI stream, number 2). Opening it reads a header: an index is found through the file's own list of offsets, a name through
/// the file's own hashes, whatever the size of the file. Safe to use from several threads.
/// </summary>
public sealed class PdbTypeTable : TypeTable
{
    private const int StreamNumber = 2;
    private const int MaxCached = 8192;
    private const int MaxNameBytes = 4096;

    private readonly MsfFile _file;
    private readonly ITypedefNames? _typedefs;
    private readonly ConcurrentDictionary<uint, TypeInfo> _cache = new(concurrencyLevel: 1, capacity: 31);
    private readonly TypeExtents _extents;
    private readonly Lazy<NameIndex> _names;
    private readonly Lazy<uint> _pointerSize;

    /// <summary>Opens the table of a file. A file without types gives an empty table, whose <see cref="Problem"/> says why.</summary>
    /// <param name="file">The file, which must outlive the table.</param>
    /// <param name="typedefs">The file's typedefs, where they are known.</param>
    public PdbTypeTable(MsfFile file, ITypedefNames? typedefs = null)
    {
        _file = file;
        _typedefs = typedefs;
        Stream = new TypeStream(file, StreamNumber);
        _extents = new TypeExtents(Stream);
        _names = new Lazy<NameIndex>(() => NameIndex.Build(Stream));
        _pointerSize = new Lazy<uint>(ReadPointerSize);
    }

    /// <summary>Why there are no types, or why they are slow to find; null when all is well.</summary>
    public string? Problem => Stream.Problem;

    /// <summary>The first index that has a record.</summary>
    public uint FirstIndex => Stream.FirstIndex;

    /// <summary>The index after the last that has a record.</summary>
    public uint EndIndex => Stream.EndIndex;

    /// <summary>How many records were looked at so far, those that were only stepped over included: what an answer costs.</summary>
    public long RecordsRead => Stream.RecordsRead;

    /// <summary>What user-defined types are called instead of their records' names; null for those names. Set before anybody else has the table.</summary>
    internal ITypeNaming? Naming { get; set; }

    internal TypeStream Stream { get; }

    /// <inheritdoc/>
    public override TypeInfo Get(uint index)
    {
        if (index < SimpleTypes.End) return SimpleTypes.Get(this, index, _pointerSize.Value);
        if (_cache.TryGetValue(index, out TypeInfo? known)) return known;
        TypeInfo type = Decode(index);
        if (_cache.Count >= MaxCached) _cache.Clear();
        _cache[index] = type;
        return type;
    }

    /// <inheritdoc/>
    public override bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TypeInfo? type)
    {
        type = null;
        if (name.Length is 0 or > MaxNameBytes) return false;
        if (TryFindDefinition(Encoding.UTF8.GetBytes(name), out uint index) || (_typedefs?.TryFind(name, out index) ?? false)) type = Get(index);
        else if (Naming?.Resolve(name) is [string only, ..] && TryFindDefinition(Encoding.UTF8.GetBytes(only), out index)) type = Get(index);
        return type is not null;
    }

    /// <inheritdoc/>
    public override IEnumerable<TypeInfo> Match(string pattern)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        TypeStream.Cursor cursor = default;
        while (TryMatchNext(pattern, ref cursor, out uint index))
        {
            TypeInfo type = Get(index);
            if (seen.Add(type.Name)) yield return type;
        }

        if (_typedefs is null) yield break;
        foreach ((string name, uint index) in _typedefs.All)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name) && seen.Add(name)) yield return Get(index);
        }
    }

    /// <summary>The names of all definitions as their records have them.</summary>
    internal List<string> RecordNames()
    {
        List<string> names = [];
        TypeStream.Cursor cursor = default;
        while (Stream.TryNext(ref cursor, out _, out ushort leaf, out ReadOnlySpan<byte> content))
        {
            if (TagRecord.TryRead(leaf, content, out TagRecord record) && !record.IsForwardReference) names.Add(PdbText.Decode(record.Name));
        }

        return names;
    }

    /// <summary>The name of a user-defined type or of any other, without its definition being looked for; empty when it has none.</summary>
    internal string NameOf(uint index)
    {
        if (!Stream.TryGet(index, out ushort leaf, out ReadOnlySpan<byte> content)) return index == 0 ? "" : Get(index).Name;
        return TagRecord.TryRead(leaf, content, out TagRecord record) ? PdbText.Decode(record.Name) : Get(index).Name;
    }

    private TypeInfo Decode(uint index)
    {
        if (!Stream.TryGet(index, out ushort leaf, out ReadOnlySpan<byte> content)) return Unknown($"<type 0x{index:x} is not in the file>");
        if (TagRecord.TryRead(leaf, content, out TagRecord record)) return DecodeTag(index, leaf, record);
        if (!_extents.IsBounded(index)) return Unknown($"<type 0x{index:x} is too deep>");
        RecordReader reader = new(content);
        TypeInfo type = CompositeTypes.Decode(this, leaf, ref reader);
        return reader.Failed ? Unknown($"<type 0x{index:x} is damaged>") : type;
    }

    private TypeInfo DecodeTag(uint index, ushort leaf, in TagRecord record)
    {
        if (record.IsForwardReference && TryFindDefinition(record, out uint definition) && definition != index) return Get(definition);
        string name = PdbText.Decode(record.Name);
        if (Naming is not null) name = Naming.Display(name);
        if (leaf == TypeLeaf.Enum) return new PdbEnumType(this, name, record.UnderlyingIndex, record.FieldList);
        UserDefinedKind kind = leaf switch
        {
            TypeLeaf.Class or TypeLeaf.Class2 => UserDefinedKind.Class,
            TypeLeaf.Union or TypeLeaf.Union2 => UserDefinedKind.Union,
            TypeLeaf.Interface or TypeLeaf.Interface2 => UserDefinedKind.Interface,
            _ => UserDefinedKind.Structure,
        };
        return new PdbUserDefinedType(this, name, kind, record.Size, record.FieldList, record.IsForwardReference);
    }

    // Definitions are hashed by their names, those within a function by their unique names. Unnamed ones, and those of C within a function,
    // have no hash that the declaration tells: they are looked for among all.
    private bool TryFindDefinition(in TagRecord declaration, out uint index)
    {
        ReadOnlySpan<byte> name = declaration.Name, unique = declaration.UniqueName;
        if (Stream.Names is null) return TryFindIndexed(name, unique, out index);
        if (TryFindHashed(name, name, unique, out index) || (!unique.IsEmpty && TryFindHashed(unique, name, unique, out index))) return true;
        bool isSpecial = declaration.IsUnnamed ? !unique.IsEmpty : declaration.IsScoped;
        return isSpecial && TryFindIndexed(name, unique, out index);
    }

    private bool TryFindDefinition(ReadOnlySpan<byte> name, out uint index)
    {
        if (Stream.Names is null) return TryFindIndexed(name, [], out index);
        // Only names with scopes can be those of types within functions, for which all records must be walked once.
        return TryFindHashed(name, name, [], out index) || (name.IndexOf("::"u8) >= 0 && TryFindIndexed(name, [], out index));
    }

    private bool TryFindHashed(ReadOnlySpan<byte> hashed, ReadOnlySpan<byte> name, ReadOnlySpan<byte> uniqueName, out uint index)
    {
        uint bucket = Stream.Names!.Bucket(hashed), position = 0;
        while (Stream.Names.TryNext(bucket, ref position, out uint record))
        {
            index = Stream.FirstIndex + record;
            if (IsDefinition(index, name, uniqueName)) return true;
        }

        index = 0;
        return false;
    }

    private bool TryFindIndexed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> uniqueName, out uint index)
    {
        int position = 0;
        while (_names.Value.TryNext(uniqueName.IsEmpty ? name : uniqueName, ref position, out index))
        {
            if (IsDefinition(index, name, uniqueName)) return true;
        }

        return false;
    }

    private bool IsDefinition(uint index, ReadOnlySpan<byte> name, ReadOnlySpan<byte> uniqueName)
    {
        RecordCursor window = Stream.Window(stackalloc byte[TypeStream.StretchWindow]);
        if (!Stream.TryGet(index, ref window, out ushort leaf, out ReadOnlySpan<byte> content) || !TagRecord.TryRead(leaf, content, out TagRecord record)) return false;
        if (record.IsForwardReference || !record.Name.SequenceEqual(name)) return false;
        return uniqueName.IsEmpty || record.UniqueName.IsEmpty || record.UniqueName.SequenceEqual(uniqueName);
    }

    private bool TryMatchNext(string pattern, ref TypeStream.Cursor cursor, out uint index)
    {
        Span<char> name = stackalloc char[MaxNameBytes];
        while (Stream.TryNext(ref cursor, out index, out ushort leaf, out ReadOnlySpan<byte> content))
        {
            if (!TagRecord.TryRead(leaf, content, out TagRecord record) || record.IsForwardReference || record.Name.Length > MaxNameBytes) continue;
            int length = Encoding.UTF8.GetChars(record.Name, name);
            if (FileSystemName.MatchesSimpleExpression(pattern, name[..length])) return true;
            if (Naming is not null && FileSystemName.MatchesSimpleExpression(pattern, Naming.Display(PdbText.Decode(record.Name)))) return true;
        }

        return false;
    }

    // The type of nullptr is as wide as the machine's addresses, which the header of the DBI stream (number 3) tells.
    private uint ReadPointerSize()
    {
        const int DbiStream = 3, MachineOffset = 58, I386 = 0x14c, Arm = 0x1c4;
        try
        {
            return _file.Stream(DbiStream)?.ReadUInt16(MachineOffset) is I386 or Arm ? 4u : 8u;
        }
        catch (PdbFormatException)
        {
            return 8;
        }
    }

    private static BasicType Unknown(string name) => new(name, BasicKind.Unknown, 0);
}
