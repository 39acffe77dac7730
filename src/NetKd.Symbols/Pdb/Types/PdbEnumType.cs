using NetKd.Symbols.Types;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>An enumeration of a PDB.</summary>
internal sealed class PdbEnumType(PdbTypeTable types, string name, uint underlyingIndex, uint fieldList) : EnumType
{
    private IReadOnlyList<EnumValue>? _values;

    public override string Name { get; } = name;

    // A record here could lead back to this enumeration; compilers write basic types only.
    public override TypeInfo Underlying =>
        underlyingIndex < SimpleTypes.End ? types.Get(underlyingIndex) : new BasicType($"<enumeration of type 0x{underlyingIndex:x}>", BasicKind.Unknown, 0);

    public override IReadOnlyList<EnumValue> Values => Volatile.Read(ref _values) ?? ReadValues();

    private List<EnumValue> ReadValues()
    {
        FieldListReader reader = new(types);
        reader.Read(fieldList);
        List<EnumValue> values = reader.Values.ConvertAll(v => v with { Value = Extend(v.Value) });
        Volatile.Write(ref _values, values);
        return values;
    }

    // clang writes -1 of an int as 4294967295 (tests: SamplePrograms/types): the underlying type decides about the sign.
    private long Extend(long value)
    {
        if (Underlying is not BasicType { Size: > 0 and < 8 } integer) return value;
        int unused = 64 - (int)integer.Size * 8;
        bool isSigned = integer.Kind is BasicKind.SignedInteger or BasicKind.Result || integer.Name is "char" or "signed char";
        return isSigned ? value << unused >> unused : (long)((ulong)value << unused >> unused);
    }
}
