using System.Globalization;
using NetKd.Symbols.Types;

namespace NetKd.SymbolPeers.Comparing;

/// <summary>
/// Types in a spelling that depends on no library's words for basic types, so that the answers of several libraries can be compared as text:
/// <c>i4 u8 b1 f8 c1 w2 v</c> (signed, unsigned, boolean, float, character, wide character of so many bytes, void), <c>*T</c> and <c>&amp;T</c>
/// (pointer, reference), <c>[5]T</c>, <c>(R;A,B)</c> (a function that returns R), <c>:3+4 T</c> (4 bits from bit 3), else a name.
/// The host program for dbghelp writes the same.
/// </summary>
internal static class TypeSpelling
{
    /// <summary>How deep a spelling goes before it ends in three dots.</summary>
    public const int DepthLimit = 16;

    /// <summary>What a pointer to a virtual function table points to.</summary>
    public const string VirtualTable = "virtual table";

    /// <summary>Spells one of our types.</summary>
    public static string Spell(TypeInfo type, int depth = 0)
    {
        if (depth > DepthLimit) return "...";
        return type switch
        {
            // A simple type of its own (0x103) that others take for a pointer.
            BasicType { Name: "std::nullptr_t" } => "*v",
            ModifiedType modified => Spell(modified.Underlying, depth),
            BasicType basic => Basic(basic),
            PointerType pointer => (pointer.Kind is PointerKind.Reference or PointerKind.RValueReference ? "&" : "*") + Spell(pointer.Target, depth + 1),
            ArrayType array => $"[{array.Count}]{Spell(array.Element, depth + 1)}",
            FunctionType function => $"({Spell(function.ReturnType, depth + 1)};{string.Join(',', function.Parameters.Select(p => Spell(p, depth + 1)).Concat(function.IsVariadic ? ["..."] : []))})",
            BitFieldType bits => $":{bits.Position}+{bits.Length} {Spell(bits.Underlying, depth + 1)}",
            _ => type.Name,
        };
    }

    /// <summary>Members, bases and values of a structure or enumeration, a line each.</summary>
    public static IReadOnlyList<string> Members(TypeInfo type)
    {
        if (type is EnumType enumeration)
        {
            string integer = Spell(enumeration.Underlying);
            return [.. enumeration.Values.Select(v => $"value {v.Name} {Value(v.Value.ToString(CultureInfo.InvariantCulture), integer)}")];
        }

        return type is not UserDefinedType structure ? [] :
        [
            .. structure.Fields.Select(f => f.IsStatic ? $"static {f.Name} {Spell(f.Type)}" : $"field {f.Name} {f.Offset} {Spell(f.Type)}"),
            .. structure.Bases.Select(b => b.IsVirtual ? $"virtual base {Spell(b.Type)}" : $"base {Spell(b.Type)} {b.Offset}"),
            .. structure.Functions.Select(f => $"function {f.Name} {(f.IsStatic ? "static " : "")}{(f.IsVirtual ? "virtual " : "")}{Spell(f.Type)}"),
        ];
    }

    /// <summary>An enumeration's value as its integer holds it: others print the same bits signed or unsigned.</summary>
    public static string Value(string text, string integer)
    {
        ulong bits = text.StartsWith('-') ? (ulong)long.Parse(text, CultureInfo.InvariantCulture) : ulong.Parse(text, CultureInfo.InvariantCulture);
        int size = int.Parse(integer.AsSpan(1), CultureInfo.InvariantCulture);
        return (size >= 8 ? bits : bits & ((1ul << (size * 8)) - 1)).ToString("x", CultureInfo.InvariantCulture);
    }

    private static string Basic(BasicType type) => type.Kind switch
    {
        BasicKind.Void => "v",
        BasicKind.Boolean => $"b{type.Size}",
        BasicKind.Character => type.Name.StartsWith("unsigned", StringComparison.Ordinal) ? "u1" : $"c{type.Size}",
        BasicKind.WideCharacter => $"w{type.Size}",
        BasicKind.SignedInteger => type.Size == 1 ? "c1" : $"i{type.Size}",
        BasicKind.UnsignedInteger => $"u{type.Size}",
        BasicKind.Float => $"f{type.Size}",
        BasicKind.Result => $"r{type.Size}",
        _ => type.Name.StartsWith("<virtual function table", StringComparison.Ordinal) ? VirtualTable : type.Name == "<no type>" ? "none" : $"?{type.Name}",
    };
}
