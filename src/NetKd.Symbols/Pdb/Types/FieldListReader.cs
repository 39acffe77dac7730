using NetKd.Symbols.Types;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// Reads the members of a structure or enumeration: a field list, and those that continue it, since one record holds 64 KiB at most.
/// </summary>
internal sealed class FieldListReader(PdbTypeTable types)
{
    private const int MaxMembers = 1 << 18;
    private const int AttributeMethodShift = 2;

    private readonly HashSet<uint> _lists = [];
    private int _members;

    public List<Field> Fields { get; } = [];

    /// <summary>Index of each field's type.</summary>
    public List<uint> FieldTypes { get; } = [];

    public List<BaseClass> Bases { get; } = [];

    public List<MemberFunction> Functions { get; } = [];

    public List<EnumValue> Values { get; } = [];

    public bool HasVirtualTable { get; private set; }

    /// <summary>Reads a list and its continuations. A member that cannot be read ends its list.</summary>
    public void Read(uint list)
    {
        // Each list once, so that a ring of them ends.
        for (uint next = list; next != 0 && _lists.Add(next);)
        {
            if (!types.Stream.TryGet(next, out ushort leaf, out ReadOnlySpan<byte> content) || leaf != TypeLeaf.FieldList) return;
            next = ReadOne(new RecordReader(content));
        }
    }

    private uint ReadOne(RecordReader reader)
    {
        uint continuation = 0;
        for (reader.SkipPadding(); !reader.AtEnd && _members < MaxMembers; reader.SkipPadding())
        {
            _members++;
            ushort leaf = reader.UInt16();
            if (leaf == TypeLeaf.Index)
            {
                reader.Skip(2);
                continuation = reader.UInt32();
            }
            else if (!TryReadMember(leaf, ref reader))
            {
                break;
            }
        }

        return continuation;
    }

    private bool TryReadMember(ushort leaf, ref RecordReader reader)
    {
        ushort attributes = reader.UInt16();
        switch (leaf)
        {
            case TypeLeaf.Enumerate:
                long value = reader.Number();
                string name = reader.Text();
                if (!reader.Failed) Values.Add(new EnumValue(name, value));
                return !reader.Failed;
            case TypeLeaf.Member:
            case TypeLeaf.StaticMember:
                return TryReadField(leaf == TypeLeaf.StaticMember, ref reader);
            case TypeLeaf.BaseClass:
            case TypeLeaf.BaseInterface:
                uint direct = reader.UInt32();
                uint offset = (uint)reader.Number();
                if (!reader.Failed) Bases.Add(new BaseClass(types.Get(direct), offset, IsVirtual: false));
                return !reader.Failed;
            case TypeLeaf.VirtualBaseClass:
            case TypeLeaf.IndirectVirtualBaseClass:
                return TryReadVirtualBase(leaf == TypeLeaf.VirtualBaseClass, ref reader);
            case TypeLeaf.Method:
                return TryReadOverloads(attributes, ref reader);
            case TypeLeaf.OneMethod:
                uint type = reader.UInt32();
                if (IntroducesVirtual(attributes)) reader.Skip(4);
                string method = reader.Text();
                if (!reader.Failed) AddFunction(method, type, attributes);
                return !reader.Failed;
            case TypeLeaf.VirtualFunctionTable:
                HasVirtualTable = true;
                reader.Skip(4);
                return !reader.Failed;
            case TypeLeaf.VirtualFunctionOffset:
                HasVirtualTable = true;
                reader.Skip(8);
                return !reader.Failed;
            case TypeLeaf.NestedType:
            case TypeLeaf.NestedTypeWithAttributes:
            case TypeLeaf.FriendFunction:
                reader.Skip(4);
                reader.TextBytes();
                return !reader.Failed;
            case TypeLeaf.FriendClass:
                reader.Skip(4);
                return !reader.Failed;
            default:
                return false;
        }
    }

    private bool TryReadField(bool isStatic, ref RecordReader reader)
    {
        uint type = reader.UInt32();
        uint offset = isStatic ? 0 : (uint)reader.Number();
        string name = reader.Text();
        if (reader.Failed) return false;
        Fields.Add(new Field(name, types.Get(type), offset, isStatic));
        FieldTypes.Add(type);
        return true;
    }

    // Only the direct ones are bases in the sense of the declaration; the compiler lists the bases' own virtual bases as well.
    private bool TryReadVirtualBase(bool isDirect, ref RecordReader reader)
    {
        uint type = reader.UInt32();
        reader.Skip(4);
        uint pointerOffset = (uint)reader.Number();
        reader.Number();
        if (isDirect && !reader.Failed) Bases.Add(new BaseClass(types.Get(type), pointerOffset, IsVirtual: true));
        return !reader.Failed;
    }

    private bool TryReadOverloads(ushort count, ref RecordReader reader)
    {
        uint list = reader.UInt32();
        string name = reader.Text();
        if (reader.Failed) return false;
        if (!types.Stream.TryGet(list, out ushort leaf, out ReadOnlySpan<byte> content) || leaf != TypeLeaf.MethodList) return true;
        RecordReader methods = new(content);
        for (int i = 0; i < count && !methods.AtEnd && _members < MaxMembers; i++)
        {
            _members++;
            ushort attributes = methods.UInt16();
            methods.Skip(2);
            uint type = methods.UInt32();
            if (IntroducesVirtual(attributes)) methods.Skip(4);
            if (methods.Failed) break;
            AddFunction(name, type, attributes);
        }

        return true;
    }

    private void AddFunction(string name, uint type, ushort attributes)
    {
        int kind = Kind(attributes);
        Functions.Add(new MemberFunction(name, types.Get(type), IsStatic: kind == 2, IsVirtual: kind is 1 or 4 or 5 or 6));
    }

    // 0 plain, 1 virtual, 2 static, 3 friend, 4 introducing virtual, 5 pure virtual, 6 pure introducing virtual.
    private static int Kind(ushort attributes) => attributes >> AttributeMethodShift & 7;

    private static bool IntroducesVirtual(ushort attributes) => Kind(attributes) is 4 or 6;
}
