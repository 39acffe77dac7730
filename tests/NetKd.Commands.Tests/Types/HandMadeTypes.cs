using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Tests.Types;

/// <summary>A table that a test fills with types, sensible or not.</summary>
internal sealed class HandMadeTypes : TypeTable
{
    private readonly Dictionary<uint, TypeInfo> _byIndex = [];

    public uint Add(TypeInfo type)
    {
        uint index = (uint)_byIndex.Count + 1;
        _byIndex.Add(index, type);
        return index;
    }

    public PointerType PointerTo(TypeInfo target) => new(this, Add(target), PointerKind.Pointer, 8);

    public ArrayType ArrayOf(TypeInfo element, ulong size) => new(this, Add(element), size);

    public BitFieldType Bits(TypeInfo type, int position, int length) => new(this, Add(type), position, length);

    public override TypeInfo Get(uint index) => _byIndex.GetValueOrDefault(index) ?? new BasicType("<damaged>", BasicKind.Unknown, 0);

    public override bool TryFind(string name, [NotNullWhen(true)] out TypeInfo? type)
    {
        type = _byIndex.Values.FirstOrDefault(candidate => candidate is UserDefinedType or EnumType && candidate.Name == name);
        return type is not null;
    }

    public override IEnumerable<TypeInfo> Match(string pattern) =>
        _byIndex.Values.Where(type => type is UserDefinedType or EnumType && FileSystemName.MatchesSimpleExpression(pattern, type.Name));
}

/// <summary>A structure whose fields and size a test sets.</summary>
internal sealed class HandMadeStructure(string name, ulong size) : UserDefinedType
{
    public List<Field> OwnFields { get; } = [];

    public List<BaseClass> OwnBases { get; } = [];

    public override string Name => name;

    public override ulong Size => size;

    public override UserDefinedKind Kind => UserDefinedKind.Structure;

    public override bool IsIncomplete => false;

    public override IReadOnlyList<Field> Fields => OwnFields;

    public override IReadOnlyList<BaseClass> Bases => OwnBases;

    public override IReadOnlyList<MemberFunction> Functions => [];

    public override bool HasVirtualTable => false;

    public HandMadeStructure With(string field, TypeInfo type, uint offset)
    {
        OwnFields.Add(new Field(field, type, offset, false));
        return this;
    }
}
