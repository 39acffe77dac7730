using NetKd.Symbols.Types;

namespace NetKd.Linux.Btf;

/// <summary>A structure or union of BTF.</summary>
internal sealed class BtfStructure(BtfTypes types, uint index, string name) : UserDefinedType
{
    private readonly Lazy<IReadOnlyList<Field>> _fields = new(() => ReadFields(types, index));

    /// <inheritdoc/>
    public override string Name { get; } = name;

    /// <inheritdoc/>
    public override ulong Size => IsIncomplete ? 0 : types.SizeOf(index);

    /// <inheritdoc/>
    public override UserDefinedKind Kind =>
        types.TryRead(index, out BtfRecord record) && (record.Kind == BtfKind.Union || (record.Kind == BtfKind.Forward && record.Flag)) ? UserDefinedKind.Union : UserDefinedKind.Structure;

    /// <inheritdoc/>
    public override bool IsIncomplete => !types.TryRead(index, out BtfRecord record) || record.Kind == BtfKind.Forward;

    /// <inheritdoc/>
    public override IReadOnlyList<Field> Fields => _fields.Value;

    /// <inheritdoc/>
    public override IReadOnlyList<BaseClass> Bases => [];

    /// <inheritdoc/>
    public override IReadOnlyList<MemberFunction> Functions => [];

    /// <inheritdoc/>
    public override bool HasVirtualTable => false;

    private static List<Field> ReadFields(BtfTypes types, uint index)
    {
        List<Field> fields = [];
        if (!types.TryRead(index, out BtfRecord record) || record.Kind is not (BtfKind.Structure or BtfKind.Union)) return fields;
        for (int i = 0; i < record.Count; i++)
        {
            uint type = record.Word(3 * i + 1), where = record.Word(3 * i + 2);
            // With the flag the upper byte has a bit field's length; without, its integer has it (and where in it the bits begin).
            (uint bit, uint length) = record.Flag ? (where & 0xFFFFFF, where >> 24) : (where, 0);
            if (!record.Flag && types.TryRead(type, out BtfRecord integer) && integer.Kind == BtfKind.Integer)
            {
                uint bits = integer.Word(0) & 0xFF;
                bit = unchecked(bit + (integer.Word(0) >> 16 & 0xFF));
                if (bits != 0 && bits != 8 * integer.SizeOrType) length = bits;
            }

            fields.Add(length == 0 ? new Field(types.Name(record.Word(3 * i)), types.Get(type), bit / 8, false) : BitField(types, types.Name(record.Word(3 * i)), type, bit, length));
        }

        return fields;
    }

    // Within the integer that holds it, at that integer's alignment.
    private static Field BitField(BtfTypes types, string name, uint type, uint bit, uint length)
    {
        uint size = (uint)Math.Clamp(types.SizeOf(type), 1, 8);
        uint start = bit / 8 / size * size;
        // Packed structures have some that cross.
        if (bit - 8 * start + length > 8 * size) start = bit / 8;
        return new Field(name, new BitFieldType(types, type, (int)(bit - 8 * start), (int)Math.Min(length, 64)), start, false);
    }
}
