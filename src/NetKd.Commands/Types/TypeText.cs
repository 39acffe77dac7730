using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>
/// Names of types in the two spellings of kernel debuggers: declarations (<c>struct _LIST_ENTRY *</c>, <c>unsigned int64</c>), as <c>??</c> and
/// <c>dv</c> print them, and the short one of <c>dt</c> (<c>Ptr64 _LIST_ENTRY</c>, <c>Uint8B</c>).
/// </summary>
internal static class TypeText
{
    // A damaged table may describe a pointer to itself.
    private const int MaxDepth = 16;

    /// <summary>As a declaration writes it: <c>struct Point *[2]</c>.</summary>
    public static string Declaration(TypeInfo type) => Declaration(type, MaxDepth);

    /// <summary>As dt writes it in front of a value, or in its place.</summary>
    /// <param name="type">The type.</param>
    /// <param name="verbose">With struct, sizes and counts (dt -v).</param>
    /// <param name="targets">With what pointers point to; dt -b leaves it out.</param>
    public static string Short(TypeInfo type, bool verbose = false, bool targets = true) => Short(type, verbose, targets, MaxDepth);

    /// <summary>struct, class or union.</summary>
    public static string Keyword(UserDefinedType type) => type.Kind switch
    {
        UserDefinedKind.Union => "union",
        UserDefinedKind.Class or UserDefinedKind.Interface => "class",
        _ => "struct",
    };

    /// <summary>A structure's heading of dt -v: <c>struct Point, 2 elements, 0x8 bytes</c>.</summary>
    public static string Heading(UserDefinedType type)
    {
        int elements = type.Fields.Count + type.Bases.Count;
        return $"{Keyword(type)} {type.Name}, {elements} elements, 0x{type.Size:x} bytes";
    }

    /// <summary>Parameters as kd lists them: one a line, with a tab.</summary>
    public static string Parameters(FunctionType function)
    {
        IEnumerable<string> names = function.Parameters.Take(64).Select(parameter => parameter.Name);
        if (function.IsVariadic) names = names.Append("...");
        string text = string.Join(", \n\t", names);
        return text.Length == 0 ? " void )" : $"\n\t{text})";
    }

    private static string Declaration(TypeInfo type, int depth)
    {
        if (depth == 0) return "...";
        switch (type)
        {
            case ModifiedType modified:
                return Declaration(modified.Underlying, depth - 1);
            case BitFieldType field:
                return Declaration(field.Underlying, depth - 1);
            case UserDefinedType user:
                return $"{Keyword(user)} {user.Name}";
            case FunctionType:
                return "<function>";
            case BasicType basic:
                return Basic(basic);
            case PointerType pointer:
                string target = Declaration(pointer.Target, depth - 1);
                return target.EndsWith('*') ? target + "*" : target + " *";
            case ArrayType array:
                TypeInfo element = array;
                string bounds = "";
                for (int i = 0; i < depth && element is ArrayType inner; i++)
                {
                    bounds += $"[{inner.Count}]";
                    element = inner.Element;
                }

                string name = Declaration(element, depth - 1);
                return name.EndsWith('*') ? name + bounds : $"{name} {bounds}";
            default:
                return type.Name;
        }
    }

    private static string Short(TypeInfo type, bool verbose, bool targets, int depth)
    {
        if (depth == 0) return "...";
        switch (type)
        {
            case BitFieldType field:
                return $"{(verbose ? "Bitfield " : "")}Pos {field.Position}, {field.Length} {(field.Length == 1 ? "Bit" : "Bits")}";
            case ModifiedType modified:
                return Short(modified.Underlying, verbose, targets, depth - 1);
            case UserDefinedType user:
                return verbose ? Heading(user) : user.Name;
            case EnumType enumeration:
                return verbose ? $"Enum {enumeration.Name},  {enumeration.Values.Count} total enums" : enumeration.Name;
            case FunctionType function:
                return $"    {function.ReturnType.Name} ";
            case PointerType pointer:
                string size = $"Ptr{pointer.Size * 8} ";
                if (!targets) return size;
                return size + (verbose ? "to " : "") + Short(pointer.Target, verbose, targets, depth - 1);
            case ArrayType array:
                return $"[{array.Count}] {Short(array.Element, verbose, targets, depth - 1)}";
            case BasicType basic:
                return ShortBasic(basic);
            default:
                return type.Name;
        }
    }

    private static string Basic(BasicType type) => type.Kind switch
    {
        BasicKind.SignedInteger when type.Size == 8 => "int64",
        BasicKind.UnsignedInteger when type.Size == 8 => "unsigned int64",
        BasicKind.SignedInteger when type.Size == 1 => "char",
        BasicKind.Character when type.Name == "signed char" => "char",
        _ => type.Name,
    };

    private static string ShortBasic(BasicType type) => type.Kind switch
    {
        BasicKind.Void => "Void",
        _ when ValueReader.IsUnsignedByte(type) => "UChar",
        BasicKind.Boolean => "Bool",
        BasicKind.Character => "Char",
        BasicKind.SignedInteger => type.Size == 1 ? "Char" : $"Int{type.Size}B",
        BasicKind.UnsignedInteger => $"Uint{type.Size}B",
        BasicKind.WideCharacter => type.Name == "wchar_t" ? "Wchar" : type.Name,
        BasicKind.Float => "Float",
        BasicKind.Result => "HRESULT",
        _ => type.Name,
    };
}
