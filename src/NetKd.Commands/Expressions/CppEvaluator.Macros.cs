using NetKd.Commands.Language;
using NetKd.Commands.Types;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Expressions;

/// <content>
/// The macros with a number sign (documentation: "C++ numbers and operators"): offsets and sizes of fields without a value, and the structure
/// around a field.
/// </content>
public sealed partial class CppEvaluator
{
    private TypedValue Macro(ArgumentReader reader)
    {
        int start = reader.Position++;
        string name = _types.ReadName(reader);
        if (!reader.TryTake('(')) throw reader.Error("Missing '(': syntax error");
        TypedValue value = name switch
        {
            "FIELD_OFFSET" => Long(Field(reader, StructureArgument(reader)).Offset),
            "RTL_FIELD_SIZE" => Size(Field(reader, StructureArgument(reader)).Type.Size),
            "RTL_SIZEOF_THROUGH_FIELD" => Size(End(Field(reader, StructureArgument(reader)))),
            "RTL_CONTAINS_FIELD" => ContainsField(reader),
            "RTL_NUMBER_OF" => NumberOf(reader),
            "CONTAINING_RECORD" => ContainingRecord(reader),
            _ => throw ArgumentReader.ErrorAt("Couldn't resolve", reader.Text.AsSpan(start)),
        };
        if (!reader.TryTake(')')) throw reader.Error("Missing ')': syntax error");
        return value;
    }

    private static TypedValue Long(ulong value) => TypedValue.OfInteger(BuiltInTypes.Long, value);

    private TypedValue Size(ulong value) => TypedValue.OfInteger(_scope.PointerSize == 8 ? BuiltInTypes.UnsignedInt64 : BuiltInTypes.UnsignedInt, value);

    private static ulong End((ulong Offset, TypeInfo Type) field) => field.Offset + field.Type.Size;

    private TypedValue ContainingRecord(ArgumentReader reader)
    {
        ulong address = _arithmetic.Bits(Assignment(reader));
        Separator(reader);
        UserDefinedType type = StructureArgument(reader);
        (ulong offset, _) = Field(reader, type);
        return TypedValue.OfInteger(ComposedTypes.PointerTo(type, _scope.PointerSize), unchecked(address - offset));
    }

    // A structure that begins with its own size has a field when that size reaches beyond the field.
    private TypedValue ContainsField(ArgumentReader reader)
    {
        TypedValue structure = _arithmetic.Decay(Assignment(reader));
        Separator(reader);
        ulong size = _arithmetic.Bits(Assignment(reader));
        TypeInfo type = structure.Type.Plain is PointerType pointer ? pointer.Target.Plain : structure.Type.Plain;
        if (type is not UserDefinedType user) throw ArgumentReader.ErrorAt("Type conflict", reader.Rest);
        return CppArithmetic.Bool(End(Field(reader, user)) <= size);
    }

    private TypedValue NumberOf(ArgumentReader reader)
    {
        TypedValue value = Maybe(false, () => Assignment(reader));
        return value.Type.Plain is ArrayType array ? Size(array.Count) : throw ArgumentReader.ErrorAt("Type conflict", reader.Rest);
    }

    private UserDefinedType StructureArgument(ArgumentReader reader)
    {
        reader.SkipBlanks();
        int start = reader.Position;
        if (!_types.TryRead(reader, out TypeInfo? type, out _)) throw ArgumentReader.ErrorAt("Couldn't resolve", reader.Text.AsSpan(start));
        return type.Plain as UserDefinedType ?? throw ArgumentReader.ErrorAt("Type conflict", reader.Text.AsSpan(start));
    }

    // ", Field.Sub[3]": where it begins, in bytes from the start of the structure.
    private (ulong Offset, TypeInfo Type) Field(ArgumentReader reader, UserDefinedType structure)
    {
        Separator(reader);
        ulong offset = 0;
        TypeInfo type = structure;
        do
        {
            reader.SkipBlanks();
            int start = reader.Position;
            string name = _types.ReadName(reader);
            if (type.Plain is not UserDefinedType user || StructureMember.Find(user, name) is not { Kind: StructureMemberKind.Field } member)
                throw ArgumentReader.ErrorAt("Type does not have given member", reader.Text.AsSpan(start));
            offset += member.Offset;
            type = member.Type;
            while (type.Plain is ArrayType array && reader.TryTake('['))
            {
                ulong index = _arithmetic.Bits(Comma(reader));
                if (!reader.TryTake(']')) throw reader.Error("Missing ']': syntax error");
                if (index >= array.Count) throw reader.Error("Range error");
                type = array.Element;
                offset += index * type.Size;
            }
        }
        while (reader.TryTake('.'));

        return (offset, type);
    }

    private static void Separator(ArgumentReader reader)
    {
        if (!reader.TryTake(',')) throw reader.Error("Missing ',': syntax error");
    }
}
