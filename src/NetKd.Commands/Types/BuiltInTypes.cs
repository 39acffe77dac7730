using System.Diagnostics.CodeAnalysis;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>The types that expressions have without any symbol file: those of C++, and the names of Windows for them.</summary>
internal static class BuiltInTypes
{
    public static readonly BasicType Void = new("void", BasicKind.Void, 0);
    public static readonly BasicType Bool = new("bool", BasicKind.Boolean, 1);
    public static readonly BasicType Char = new("char", BasicKind.Character, 1);
    public static readonly BasicType SignedChar = new("signed char", BasicKind.SignedInteger, 1);
    public static readonly BasicType UnsignedChar = new("unsigned char", BasicKind.UnsignedInteger, 1);
    public static readonly BasicType WideChar = new("wchar_t", BasicKind.WideCharacter, 2);
    public static readonly BasicType Short = new("short", BasicKind.SignedInteger, 2);
    public static readonly BasicType UnsignedShort = new("unsigned short", BasicKind.UnsignedInteger, 2);
    public static readonly BasicType Int = new("int", BasicKind.SignedInteger, 4);
    public static readonly BasicType UnsignedInt = new("unsigned int", BasicKind.UnsignedInteger, 4);
    public static readonly BasicType Long = new("long", BasicKind.SignedInteger, 4);
    public static readonly BasicType UnsignedLong = new("unsigned long", BasicKind.UnsignedInteger, 4);
    public static readonly BasicType Int64 = new("int64", BasicKind.SignedInteger, 8);
    public static readonly BasicType UnsignedInt64 = new("unsigned int64", BasicKind.UnsignedInteger, 8);
    public static readonly BasicType Float = new("float", BasicKind.Float, 4);
    public static readonly BasicType Double = new("double", BasicKind.Float, 8);

    // Public symbol files have no typedefs; scripts write (ULONG64)x all the same.
    private static readonly Dictionary<string, TypeInfo> s_named = new(StringComparer.Ordinal)
    {
        ["int8_t"] = SignedChar,
        ["uint8_t"] = UnsignedChar,
        ["int16_t"] = Short,
        ["uint16_t"] = UnsignedShort,
        ["int32_t"] = Int,
        ["uint32_t"] = UnsignedInt,
        ["int64_t"] = Int64,
        ["uint64_t"] = UnsignedInt64,
        ["CHAR"] = Char,
        ["CCHAR"] = Char,
        ["UCHAR"] = UnsignedChar,
        ["BYTE"] = UnsignedChar,
        ["BOOLEAN"] = UnsignedChar,
        ["WCHAR"] = WideChar,
        ["SHORT"] = Short,
        ["USHORT"] = UnsignedShort,
        ["WORD"] = UnsignedShort,
        ["INT"] = Int,
        ["UINT"] = UnsignedInt,
        ["BOOL"] = Int,
        ["LONG"] = Long,
        ["ULONG"] = UnsignedLong,
        ["DWORD"] = UnsignedLong,
        ["NTSTATUS"] = Long,
        ["HRESULT"] = new BasicType("HRESULT", BasicKind.Result, 4),
        ["char16_t"] = new BasicType("char16_t", BasicKind.WideCharacter, 2),
        ["char32_t"] = new BasicType("char32_t", BasicKind.WideCharacter, 4),
        ["char8_t"] = new BasicType("char8_t", BasicKind.Character, 1),
        ["LONGLONG"] = Int64,
        ["LONG64"] = Int64,
        ["INT64"] = Int64,
        ["ULONGLONG"] = UnsignedInt64,
        ["ULONG64"] = UnsignedInt64,
        ["DWORD64"] = UnsignedInt64,
        ["UINT64"] = UnsignedInt64,
        ["int64"] = Int64,
        ["FLOAT"] = Float,
        ["DOUBLE"] = Double,
        ["VOID"] = Void,
    };

    private static readonly HashSet<string> s_words =
        ["void", "bool", "char", "wchar_t", "short", "int", "long", "signed", "unsigned", "float", "double", "__int8", "__int16", "__int32", "__int64"];

    /// <summary>True for a word that begins a type of the language itself.</summary>
    public static bool IsWord(string word) => s_words.Contains(word);

    /// <summary>A type by its Windows name; those of pointer size need to know it.</summary>
    public static bool TryFindNamed(string name, int pointerSize, [NotNullWhen(true)] out TypeInfo? type)
    {
        type = name switch
        {
            "size_t" or "uintptr_t" or "ULONG_PTR" or "SIZE_T" or "DWORD_PTR" => pointerSize == 8 ? UnsignedInt64 : UnsignedInt,
            "intptr_t" or "ptrdiff_t" or "LONG_PTR" or "SSIZE_T" => pointerSize == 8 ? Int64 : Int,
            "PVOID" or "HANDLE" => ComposedTypes.PointerTo(Void, pointerSize),
            _ => s_named.GetValueOrDefault(name),
        };
        return type is not null;
    }

    /// <summary>The type of words such as <c>unsigned long long</c>, in any order; null when they make none.</summary>
    public static TypeInfo? OfWords(IReadOnlyList<string> words)
    {
        bool isUnsigned = words.Contains("unsigned");
        bool isSigned = words.Contains("signed");
        int longs = words.Count(word => word == "long");
        string[] rest = [.. words.Where(word => word is not ("unsigned" or "signed" or "long"))];
        if (rest.Length > 1 && rest[^1] == "int") rest = rest[..^1];
        string main = rest.Length == 0 ? "int" : rest[0];
        if (rest.Length > 1 || (isUnsigned && isSigned) || longs > 2) return null;
        if (longs == 2) return main == "int" ? (isUnsigned ? UnsignedInt64 : Int64) : null;
        if (longs == 1) return main switch { "int" => isUnsigned ? UnsignedLong : Long, "double" => Double, _ => null };
        return main switch
        {
            "char" or "__int8" => isUnsigned ? UnsignedChar : isSigned || main == "__int8" ? SignedChar : Char,
            "short" or "__int16" => isUnsigned ? UnsignedShort : Short,
            "int" or "__int32" => isUnsigned ? UnsignedInt : Int,
            "__int64" => isUnsigned ? UnsignedInt64 : Int64,
            _ when isUnsigned || isSigned => null,
            "void" => Void,
            "bool" => Bool,
            "wchar_t" => WideChar,
            "float" => Float,
            "double" => Double,
            _ => null,
        };
    }
}
