using NetKd.Symbols.Types;

namespace NetKd.Linux.Btf;

/// <summary>An enumeration of BTF, of 32-bit or 64-bit values.</summary>
internal sealed class BtfEnumeration(BtfTypes types, uint index, string name) : EnumType
{
    private readonly Lazy<IReadOnlyList<EnumValue>> _values = new(() => ReadValues(types, index));

    /// <inheritdoc/>
    public override string Name { get; } = name;

    /// <inheritdoc/>
    public override TypeInfo Underlying
    {
        get
        {
            types.TryRead(index, out BtfRecord record);
            uint size = record.SizeOrType is 1 or 2 or 4 or 8 ? record.SizeOrType : 4;
            return new BasicType(record.Flag ? "int" : "unsigned int", record.Flag ? BasicKind.SignedInteger : BasicKind.UnsignedInteger, size);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<EnumValue> Values => _values.Value;

    private static List<EnumValue> ReadValues(BtfTypes types, uint index)
    {
        List<EnumValue> values = [];
        types.TryRead(index, out BtfRecord record);
        for (int i = 0; i < record.Count; i++)
        {
            int words = record.Kind == BtfKind.Enumeration64 ? 3 : 2;
            uint low = record.Word(words * i + 1);
            // As their integer has them (EnumType): 32 bits without a sign stay positive.
            long value = words == 3 ? unchecked((long)(low | (ulong)record.Word(words * i + 2) << 32)) : record.Flag ? unchecked((int)low) : low;
            values.Add(new EnumValue(types.Name(record.Word(words * i)), value));
        }

        return values;
    }
}
