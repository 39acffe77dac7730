using NetKd.Symbols.Types;

namespace NetKd.Symbols.Names.Managed;

/// <summary>C#'s words for basic types.</summary>
internal static class CSharpKeywords
{
    /// <summary>For the compiler's names in type arguments and of arrays' elements; null for other types.</summary>
    public static string? OfCompilerName(string name) => name switch
    {
        "Void" => "void",
        "Bool" => "bool",
        "Char" => "char",
        "Int8" => "sbyte",
        "UInt8" => "byte",
        "Int16" => "short",
        "UInt16" => "ushort",
        "Int32" => "int",
        "UInt32" => "uint",
        "Int64" => "long",
        "UInt64" => "ulong",
        "IntPtr" => "nint",
        "UIntPtr" => "nuint",
        "Single" => "float",
        "Double" => "double",
        "Object" => "object",
        "String" => "string",
        _ => null,
    };

    /// <summary>For CodeView's basic types; null for those that C# does not have.</summary>
    public static string? OfBasicType(BasicType type) => (type.Kind, type.Size) switch
    {
        (BasicKind.Void, _) => "void",
        (BasicKind.Boolean, 1) => "bool",
        (BasicKind.WideCharacter, 2) => "char",
        (BasicKind.SignedInteger, 1) => "sbyte",
        (BasicKind.UnsignedInteger, 1) => "byte",
        (BasicKind.Character, 1) => type.Name == "unsigned char" ? "byte" : "sbyte",
        (BasicKind.SignedInteger, 2) => "short",
        (BasicKind.UnsignedInteger, 2) => "ushort",
        (BasicKind.SignedInteger, 4) => "int",
        (BasicKind.UnsignedInteger, 4) => "uint",
        (BasicKind.SignedInteger, 8) => "long",
        (BasicKind.UnsignedInteger, 8) => "ulong",
        (BasicKind.Float, 4) => "float",
        (BasicKind.Float, 8) => "double",
        _ => null,
    };
}
