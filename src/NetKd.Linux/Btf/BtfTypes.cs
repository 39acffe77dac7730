using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using System.Text;
using NetKd.Symbols.Types;

namespace NetKd.Linux.Btf;

/// <summary>
/// The types of a Linux kernel, or of one of its modules, as the kernel carries them in BTF (kernel documentation: bpf/btf). A type's index is its
/// record's number, 0 for void; a module's go on where the kernel's end. Only where each record begins is kept; types are made when they are asked for.
/// </summary>
public sealed class BtfTypes : TypeTable
{
    private const ushort Magic = 0xEB9F;
    private const int HeaderSize = 24;
    private const int MaxRecords = 16 << 20;

    // The kernel takes no longer ones (kernel/bpf/btf.c: KSYM_NAME_LEN). A hostile enumeration may give 65535 values one long name.
    private const int MaxName = 512;

    // Longer chains of typedefs, modifiers and arrays are circles.
    private const int MaxChain = 64;

    // Types that one name is written with. The most in a kernel's BTF is 77 (Linux 6.18: ZSTD_compressSubBlock). A structure may have
    // 65535 members: what each of them may cost is kept small.
    private const int MaxVisits = 1024;

    private readonly ReadOnlyMemory<byte> _types;
    private readonly ReadOnlyMemory<byte> _strings;
    private readonly BtfTypes? _base;
    private readonly int[] _offsets;
    private readonly Lazy<BtfNames> _names;

    private BtfTypes(ReadOnlyMemory<byte> types, ReadOnlyMemory<byte> strings, BtfTypes? kernel, int pointerSize)
    {
        _types = types;
        _strings = strings;
        _base = kernel;
        PointerSize = pointerSize;
        FirstIndex = kernel?.EndIndex ?? 1;
        FirstString = kernel?.EndString ?? 0;
        _offsets = FindRecords();
        _names = new Lazy<BtfNames>(() => BtfNames.Of(this));
    }

    /// <summary>Bytes of a pointer.</summary>
    public int PointerSize { get; }

    /// <summary>What could not be read, in one line; empty when all could. Types that stand before it are there.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Index of the first type of this file, void and the kernel's not counted.</summary>
    internal uint FirstIndex { get; }

    /// <summary>Index behind the last one.</summary>
    internal uint EndIndex => FirstIndex + (uint)_offsets.Length;

    /// <summary>Offset behind the last string, the kernel's counted.</summary>
    internal uint EndString => FirstString + (uint)_strings.Length;

    private uint FirstString { get; }

    /// <summary>Takes BTF as the kernel gives it (<c>/sys/kernel/btf</c>). The bytes are kept, not copied.</summary>
    /// <param name="data">All of it.</param>
    /// <param name="kernel">The kernel's types, for those of a module.</param>
    /// <param name="pointerSize">Bytes of a pointer, 4 or 8: BTF does not say. Those of the kernel's types, or 8, when nothing is said here.</param>
    /// <exception cref="BtfFormatException">
    /// It is no BTF, or of another version; or the kernel's types were not read whole, so that nobody knows where a module's begin.
    /// </exception>
    public static BtfTypes Parse(ReadOnlyMemory<byte> data, BtfTypes? kernel = null, int? pointerSize = null)
    {
        ReadOnlySpan<byte> bytes = data.Span;
        if (bytes.Length < HeaderSize) throw new BtfFormatException($"BTF of {bytes.Length} bytes has no header");
        ushort magic = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (magic != Magic) throw new BtfFormatException($"BTF begins with {Magic:x4} in little-endian order, this with {magic:x4}");
        if (bytes[2] != 1) throw new BtfFormatException($"BTF of version {bytes[2]} is of a newer format; version 1 is known");
        uint header = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (header < HeaderSize || header > bytes.Length) throw new BtfFormatException($"its header is said to have {header} bytes at offset 4");
        if (kernel is { Problem.Length: > 0 }) throw new BtfFormatException($"its types go on where the kernel's end, and of these: {kernel.Problem}");
        return new BtfTypes(Section(data, header, 8, "types"), Section(data, header, 16, "strings"), kernel, pointerSize ?? kernel?.PointerSize ?? 8);
    }

    /// <inheritdoc/>
    public override TypeInfo Get(uint index) => Get(index, "");

    /// <inheritdoc/>
    public override bool TryFind(string name, [NotNullWhen(true)] out TypeInfo? type)
    {
        ArgumentNullException.ThrowIfNull(name);
        // `struct page` is what C programmers type.
        foreach (string word in (string[])["struct ", "union ", "enum "])
        {
            if (name.StartsWith(word, StringComparison.Ordinal)) name = name[word.Length..].TrimStart();
        }

        uint index = _names.Value.FindType(name);
        type = index == 0 ? null : Get(index);
        return type is not null || (_base?.TryFind(name, out type) ?? false);
    }

    /// <summary>Finds a function's return and parameters by its name; gives the index too.</summary>
    public bool TryFindFunction(string name, [NotNullWhen(true)] out TypeInfo? type, out uint index) => TryFind(Encoding.UTF8.GetBytes(name), BtfNameGroup.Function, out type, out index);

    /// <summary>Finds the type of a variable by its name; kernels describe those that each processor has, some describe all.</summary>
    public bool TryFindVariable(string name, [NotNullWhen(true)] out TypeInfo? type, out uint index) => TryFind(Encoding.UTF8.GetBytes(name), BtfNameGroup.Variable, out type, out index);

    /// <inheritdoc/>
    public override IEnumerable<TypeInfo> Match(string pattern)
    {
        HashSet<string> seen = [];
        for (uint index = FirstIndex; index < EndIndex; index++)
        {
            if (NameIfType(index) is not { Length: > 0 } name || !FileSystemName.MatchesSimpleExpression(pattern, name) || !seen.Add(name)) continue;
            yield return Get(index);
        }

        if (_base is null) yield break;
        foreach (TypeInfo type in _base.Match(pattern))
        {
            if (seen.Add(type.Name)) yield return type;
        }
    }

    /// <summary>Reads a record of this file or of the kernel's; false for one that is not there.</summary>
    internal bool TryRead(uint index, out BtfRecord record)
    {
        if (index < FirstIndex && _base is { } kernel) return kernel.TryRead(index, out record);
        record = default;
        return index >= FirstIndex && index < EndIndex && BtfRecord.TryRead(_types.Span, _offsets[index - FirstIndex], out record, out _);
    }

    /// <summary>The bytes of a string, without its NUL; empty for one that is not there.</summary>
    internal ReadOnlySpan<byte> Text(uint offset)
    {
        if (offset < FirstString) return _base!.Text(offset);
        offset -= FirstString;
        if (offset >= _strings.Length) return [];
        ReadOnlySpan<byte> rest = _strings.Span[(int)offset..];
        int end = rest[..Math.Min(rest.Length, MaxName)].IndexOf((byte)0);
        return end < 0 ? [] : rest[..end];
    }

    internal string Name(uint offset) => Encoding.UTF8.GetString(Text(offset));

    /// <summary>Size in bytes, found without making types, so that circles cost nothing.</summary>
    internal ulong SizeOf(uint index)
    {
        ulong factor = 1;
        for (int i = 0; i < MaxChain && TryRead(index, out BtfRecord record); i++)
        {
            switch (record.Kind)
            {
                case BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag or BtfKind.Variable:
                    index = record.SizeOrType;
                    break;
                case BtfKind.Array:
                    factor = Math.Min(factor * record.Word(2), uint.MaxValue);
                    index = record.Word(0);
                    break;
                case BtfKind.Pointer:
                    return factor * (ulong)PointerSize;
                case BtfKind.Integer or BtfKind.Structure or BtfKind.Union or BtfKind.Enumeration or BtfKind.Enumeration64 or BtfKind.Float:
                    return factor * record.SizeOrType;
                case BtfKind.Forward when Definition(record) is not 0 and var definition:
                    index = definition;
                    break;
                default:
                    return 0;
            }
        }

        return 0;
    }

    private bool TryFind(ReadOnlySpan<byte> name, BtfNameGroup group, [NotNullWhen(true)] out TypeInfo? type, out uint index)
    {
        index = Find(name, group);
        type = index == 0 ? null : Get(index);
        return type is not null;
    }

    // A typedef gives its name to what has none, and to numbers: a pid_t is shown as one.
    private TypeInfo Get(uint index, string name)
    {
        for (int i = 0; i < MaxChain; i++)
        {
            if (index == 0) return new BasicType(name.Length > 0 ? name : "void", BasicKind.Void, 0);
            if (!TryRead(index, out BtfRecord record)) return Unknown($"type {index} is not in the file");
            switch (record.Kind)
            {
                case BtfKind.Typedef:
                    if (name.Length == 0) name = Name(record.NameOffset);
                    index = record.SizeOrType;
                    break;
                case BtfKind.Restrict or BtfKind.TypeTag or BtfKind.Function or BtfKind.Variable:
                    index = record.SizeOrType;
                    break;
                case BtfKind.Forward when Definition(record) is not 0 and var definition:
                    index = definition;
                    break;
                default:
                    return Make(index, record, name);
            }
        }

        return Unknown($"type {index} refers to itself, or to too much");
    }

    private TypeInfo Make(uint index, in BtfRecord record, string name)
    {
        string own = Name(record.NameOffset);
        int visits = 0;
        switch (record.Kind)
        {
            case BtfKind.Pointer or BtfKind.Array or BtfKind.Const or BtfKind.Volatile or BtfKind.FunctionPrototype when !Ends(index, 0, ref visits):
                return Unknown($"type {index} refers to itself, or to too much");
            case BtfKind.Integer:
                return Integer(record, own, name.Length > 0 ? name : own);
            case BtfKind.Float:
                return new BasicType(name.Length > 0 ? name : own, BasicKind.Float, record.SizeOrType);
            case BtfKind.Pointer:
                return new PointerType(this, record.SizeOrType, PointerKind.Pointer, (uint)PointerSize);
            case BtfKind.Array:
                return new ArrayType(this, record.Word(0), SizeOf(index));
            case BtfKind.Const or BtfKind.Volatile:
                return new ModifiedType(this, record.SizeOrType, record.Kind == BtfKind.Const, record.Kind == BtfKind.Volatile);
            case BtfKind.Structure or BtfKind.Union or BtfKind.Forward:
                return new BtfStructure(this, index, own.Length > 0 ? own : name.Length > 0 ? name : "<unnamed-tag>");
            case BtfKind.Enumeration or BtfKind.Enumeration64:
                return new BtfEnumeration(this, index, own.Length > 0 ? own : name.Length > 0 ? name : "<unnamed-enum>");
            case BtfKind.FunctionPrototype:
                return Function(record);
            default:
                return Unknown($"type {index} is a {record.Kind}");
        }
    }

    private static BasicType Integer(in BtfRecord record, string own, string name)
    {
        uint encoding = record.Word(0) >> 24;
        BasicKind kind = (encoding & 4) != 0 ? BasicKind.Boolean
            : record.SizeOrType > 8 ? BasicKind.Unknown
            : own is "char" || (encoding & 2) != 0 ? BasicKind.Character
            : (encoding & 1) != 0 ? BasicKind.SignedInteger : BasicKind.UnsignedInteger;
        return new BasicType(name, kind, record.SizeOrType);
    }

    private FunctionType Function(in BtfRecord record)
    {
        List<uint> parameters = [];
        bool isVariadic = false;
        for (int i = 0; i < record.Count; i++)
        {
            uint type = record.Word(2 * i + 1);
            if (type == 0 && record.Word(2 * i) == 0) isVariadic = true;
            else parameters.Add(type);
        }

        return new FunctionType(this, record.SizeOrType, parameters, 0, isVariadic);
    }

    // Who unwraps a type, or writes its name, follows all of this: in a circle, for ever.
    private bool Ends(uint index, int depth, ref int visits)
    {
        for (; depth < MaxChain && visits++ < MaxVisits; depth++)
        {
            if (!TryRead(index, out BtfRecord record)) return true;
            switch (record.Kind)
            {
                case BtfKind.Pointer or BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict or BtfKind.Typedef or BtfKind.TypeTag or BtfKind.Function or BtfKind.Variable:
                    index = record.SizeOrType;
                    break;
                case BtfKind.Array:
                    index = record.Word(0);
                    break;
                case BtfKind.FunctionPrototype:
                    for (int i = 0; i < record.Count; i++)
                    {
                        if (!Ends(record.Word(2 * i + 1), depth + 1, ref visits)) return false;
                    }

                    index = record.SizeOrType;
                    break;
                default:
                    return true;
            }
        }

        return false;
    }

    // A module's declarations may have the kernel's definitions.
    private uint Definition(in BtfRecord forward) => Find(Text(forward.NameOffset), forward.Flag ? BtfNameGroup.Union : BtfNameGroup.Structure);

    private uint Find(ReadOnlySpan<byte> name, BtfNameGroup group)
    {
        uint index = name.IsEmpty ? 0 : _names.Value.Find(name, group);
        return index == 0 && _base is { } kernel ? kernel.Find(name, group) : index;
    }

    private string? NameIfType(uint index) => TryRead(index, out BtfRecord record) && BtfNameGroups.Of(record.Kind) <= BtfNameGroup.Typedef ? Name(record.NameOffset) : null;

    private int[] FindRecords()
    {
        List<int> offsets = [];
        ReadOnlySpan<byte> types = _types.Span;
        for (int offset = 0; offset < types.Length;)
        {
            string reason = "more types than any kernel has";
            if (offsets.Count >= MaxRecords || !BtfRecord.TryRead(types, offset, out BtfRecord record, out reason))
            {
                Problem = $"type {FirstIndex + (uint)offsets.Count} at offset {offset} of the types: {reason}; it and those behind it cannot be read";
                break;
            }

            offsets.Add(offset);
            offset += record.Length;
        }

        return [.. offsets];
    }

    private static ReadOnlyMemory<byte> Section(ReadOnlyMemory<byte> data, uint header, int field, string what)
    {
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(data.Span[field..]), length = BinaryPrimitives.ReadUInt32LittleEndian(data.Span[(field + 4)..]);
        if ((ulong)header + start + length > (ulong)data.Length) throw new BtfFormatException($"its {what}, {length} bytes at offset {header + (ulong)start}, end behind its {data.Length} bytes");
        return data.Slice((int)(header + start), (int)length);
    }

    private static BasicType Unknown(string reason) => new($"<{reason}>", BasicKind.Unknown, 0);
}
