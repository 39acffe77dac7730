using NetKd.Symbols.Types;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// The types that have no record: indices below 0x1000 are a basic type (low byte) and how it is pointed to (the digit above), by the
/// tables of cvinfo.h.
/// </summary>
internal static class SimpleTypes
{
    /// <summary>Indices from here on have records.</summary>
    public const uint End = 0x1000;

    // void, "near 16-bit pointer": what compilers write for the type of nullptr, whose size is any pointer's.
    private const uint NullPointer = 0x0103;

    public static TypeInfo Get(TypeTable types, uint index, uint pointerSize)
    {
        if (index == NullPointer) return new BasicType("std::nullptr_t", BasicKind.UnsignedInteger, pointerSize);
        uint mode = index >> 8, basic = index & 0xff;
        if (mode == 0) return Basic(basic);
        uint size = mode switch { 1 => 2, 2 or 3 or 4 => 4, 5 => 6, 6 => 8, 7 => 16, _ => 0 };
        return size == 0 ? Unknown(index) : new PointerType(types, basic, PointerKind.Pointer, size);
    }

    private static BasicType Unknown(uint index) => new($"<unknown basic type 0x{index:x}>", BasicKind.Unknown, 0);

    private static BasicType Basic(uint index) => index switch
    {
        0x00 => new("<no type>", BasicKind.Unknown, 0),
        0x01 => new("<absolute symbol>", BasicKind.Unknown, 0),
        0x02 => new("<segment>", BasicKind.Unknown, 0),
        0x03 => new("void", BasicKind.Void, 0),
        0x04 => new("CURRENCY", BasicKind.SignedInteger, 8),
        0x07 => new("<type not translated>", BasicKind.Unknown, 0),
        0x08 => new("HRESULT", BasicKind.Result, 4),
        0x10 => new("signed char", BasicKind.Character, 1),
        0x11 or 0x72 => new("short", BasicKind.SignedInteger, 2),
        0x12 => new("long", BasicKind.SignedInteger, 4),
        0x13 or 0x76 => new("__int64", BasicKind.SignedInteger, 8),
        0x14 or 0x78 => new("__int128", BasicKind.SignedInteger, 16),
        0x20 => new("unsigned char", BasicKind.Character, 1),
        0x21 or 0x73 => new("unsigned short", BasicKind.UnsignedInteger, 2),
        0x22 => new("unsigned long", BasicKind.UnsignedInteger, 4),
        0x23 or 0x77 => new("unsigned __int64", BasicKind.UnsignedInteger, 8),
        0x24 or 0x79 => new("unsigned __int128", BasicKind.UnsignedInteger, 16),
        0x30 => new("bool", BasicKind.Boolean, 1),
        0x31 => new("__bool16", BasicKind.Boolean, 2),
        0x32 => new("__bool32", BasicKind.Boolean, 4),
        0x33 => new("__bool64", BasicKind.Boolean, 8),
        0x34 => new("__bool128", BasicKind.Boolean, 16),
        0x40 or 0x45 => new("float", BasicKind.Float, 4),
        0x41 => new("double", BasicKind.Float, 8),
        0x42 => new("long double", BasicKind.Float, 10),
        0x43 => new("__float128", BasicKind.Float, 16),
        0x44 => new("__float48", BasicKind.Float, 6),
        0x46 => new("__half", BasicKind.Float, 2),
        0x50 or 0x55 => new("_Complex float", BasicKind.Unknown, 8),
        0x51 => new("_Complex double", BasicKind.Unknown, 16),
        0x52 => new("_Complex long double", BasicKind.Unknown, 20),
        0x53 => new("_Complex __float128", BasicKind.Unknown, 32),
        0x54 => new("_Complex __float48", BasicKind.Unknown, 12),
        0x56 => new("_Complex __half", BasicKind.Unknown, 4),
        0x60 => new("<bit>", BasicKind.Unknown, 0),
        0x61 => new("<Pascal character>", BasicKind.Character, 1),
        0x62 => new("<true is -1>", BasicKind.Boolean, 4),
        0x68 => new("__int8", BasicKind.SignedInteger, 1),
        0x69 => new("unsigned __int8", BasicKind.UnsignedInteger, 1),
        0x70 => new("char", BasicKind.Character, 1),
        0x71 => new("wchar_t", BasicKind.WideCharacter, 2),
        0x74 => new("int", BasicKind.SignedInteger, 4),
        0x75 => new("unsigned int", BasicKind.UnsignedInteger, 4),
        0x7a => new("char16_t", BasicKind.WideCharacter, 2),
        0x7b => new("char32_t", BasicKind.WideCharacter, 4),
        0x7c => new("char8_t", BasicKind.Character, 1),
        _ => Unknown(index),
    };
}
