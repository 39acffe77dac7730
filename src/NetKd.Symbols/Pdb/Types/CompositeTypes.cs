using NetKd.Symbols.Types;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>Types that consist of other types and have no name of their own: pointers, arrays, functions, bit fields.</summary>
internal static class CompositeTypes
{
    private const uint PointerModeData = 2;
    private const uint PointerModeFunction = 3;

    /// <summary>The type of a record.</summary>
    public static TypeInfo Decode(PdbTypeTable types, ushort leaf, ref RecordReader reader) => leaf switch
    {
        TypeLeaf.Modifier => Modifier(types, ref reader),
        TypeLeaf.Pointer => Pointer(types, ref reader),
        TypeLeaf.Array => Array(types, ref reader, hasCount: false),
        TypeLeaf.Vector => Array(types, ref reader, hasCount: true),
        TypeLeaf.BitField => new BitFieldType(types, reader.UInt32(), length: reader.Byte(), position: reader.Byte()),
        TypeLeaf.Procedure => Procedure(types, ref reader),
        TypeLeaf.MemberFunction => MemberFunction(types, ref reader),
        TypeLeaf.Alias => types.Get(reader.UInt32()),
        TypeLeaf.VirtualTableShape => new BasicType($"<virtual function table of {reader.UInt16()}>", BasicKind.Unknown, 0),
        TypeLeaf.VirtualFunctionTableLayout => new BasicType("<layout of a virtual function table>", BasicKind.Unknown, 0),
        TypeLeaf.ArgumentList => new BasicType("<list of parameters>", BasicKind.Unknown, 0),
        TypeLeaf.FieldList => new BasicType("<list of members>", BasicKind.Unknown, 0),
        TypeLeaf.MethodList => new BasicType("<list of overloads>", BasicKind.Unknown, 0),
        TypeLeaf.Label => new BasicType("<label>", BasicKind.Unknown, 0),
        TypeLeaf.TypeServer => new BasicType("<types of another PDB>", BasicKind.Unknown, 0),
        TypeLeaf.Precompiled => new BasicType("<types of a precompiled header>", BasicKind.Unknown, 0),
        TypeLeaf.EndOfPrecompiled => new BasicType("<end of a precompiled header>", BasicKind.Unknown, 0),
        _ => new BasicType($"<type record of unknown kind 0x{leaf:x4}>", BasicKind.Unknown, 0),
    };

    /// <summary>The indices of a function's parameters; a last one of 0 stands for an ellipsis.</summary>
    public static List<uint> ReadParameters(TypeStream stream, uint list)
    {
        List<uint> parameters = [];
        if (!stream.TryGet(list, out ushort leaf, out ReadOnlySpan<byte> content) || leaf != TypeLeaf.ArgumentList) return parameters;
        RecordReader reader = new(content);
        for (uint count = reader.UInt32(); count > 0; count--)
        {
            uint parameter = reader.UInt32();
            if (reader.Failed) break;
            parameters.Add(parameter);
        }

        return parameters;
    }

    /// <summary>The class of a pointer to its members; false for other pointers.</summary>
    public static bool TryReadMemberPointerClass(ReadOnlySpan<byte> content, out uint owner)
    {
        RecordReader reader = new(content);
        reader.Skip(4);
        uint mode = reader.UInt32() >> 5 & 7;
        owner = mode is PointerModeData or PointerModeFunction ? reader.UInt32() : 0;
        return owner != 0;
    }

    private static TypeInfo Modifier(PdbTypeTable types, ref RecordReader reader)
    {
        uint index = reader.UInt32();
        ushort flags = reader.UInt16();
        bool isConst = (flags & 1) != 0, isVolatile = (flags & 2) != 0;
        return isConst || isVolatile ? new ModifiedType(types, index, isConst, isVolatile) : types.Get(index);
    }

    private static PointerType Pointer(PdbTypeTable types, ref RecordReader reader)
    {
        uint target = reader.UInt32(), attributes = reader.UInt32();
        PointerKind kind = (attributes >> 5 & 7) switch
        {
            1 => PointerKind.Reference,
            PointerModeData or PointerModeFunction => PointerKind.MemberPointer,
            4 => PointerKind.RValueReference,
            _ => PointerKind.Pointer,
        };
        uint owner = kind == PointerKind.MemberPointer ? reader.UInt32() : 0;
        uint size = attributes >> 13 & 0x3f;
        if (size == 0) size = (attributes & 0x1f) switch { 0x0c => 8, 0x0b => 6, 0x00 => 2, _ => 4 };
        return new PointerType(types, target, kind, size, isConst: (attributes & 1 << 10) != 0, isVolatile: (attributes & 1 << 9) != 0, classIndex: owner);
    }

    private static ArrayType Array(PdbTypeTable types, ref RecordReader reader, bool hasCount)
    {
        uint element = reader.UInt32();
        reader.Skip(hasCount ? 8 : 4);
        return new ArrayType(types, element, (ulong)reader.Number());
    }

    private static FunctionType Procedure(PdbTypeTable types, ref RecordReader reader)
    {
        uint result = reader.UInt32();
        reader.Skip(4);
        return Function(types, result, owner: 0, reader.UInt32());
    }

    private static FunctionType MemberFunction(PdbTypeTable types, ref RecordReader reader)
    {
        uint result = reader.UInt32(), owner = reader.UInt32();
        reader.Skip(8);
        return Function(types, result, owner, reader.UInt32());
    }

    private static FunctionType Function(PdbTypeTable types, uint result, uint owner, uint list)
    {
        List<uint> parameters = ReadParameters(types.Stream, list);
        bool isVariadic = parameters is [.., 0];
        if (isVariadic) parameters.RemoveAt(parameters.Count - 1);
        return new FunctionType(types, result, parameters, owner, isVariadic);
    }
}
