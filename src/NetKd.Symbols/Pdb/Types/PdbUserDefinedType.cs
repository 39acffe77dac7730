using NetKd.Symbols.Types;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>A structure, class, union or interface of a PDB.</summary>
internal sealed class PdbUserDefinedType(PdbTypeTable types, string name, UserDefinedKind kind, ulong size, uint fieldList, bool isIncomplete) : UserDefinedType
{
    private FieldListReader? _members;

    public override string Name { get; } = name;

    public override UserDefinedKind Kind { get; } = kind;

    public override ulong Size { get; } = size;

    public override bool IsIncomplete { get; } = isIncomplete;

    public override IReadOnlyList<Field> Fields => Members.Fields;

    public override IReadOnlyList<BaseClass> Bases => Members.Bases;

    public override IReadOnlyList<MemberFunction> Functions => Members.Functions;

    public override bool HasVirtualTable => Members.HasVirtualTable;

    /// <summary>Index of each field's type.</summary>
    internal IReadOnlyList<uint> FieldTypes => Members.FieldTypes;

    // Two threads may both read it; either result will do.
    private FieldListReader Members => Volatile.Read(ref _members) ?? ReadMembers();

    private FieldListReader ReadMembers()
    {
        FieldListReader reader = new(types);
        reader.Read(fieldList);
        Volatile.Write(ref _members, reader);
        return reader;
    }
}
