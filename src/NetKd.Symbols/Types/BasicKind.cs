namespace NetKd.Symbols.Types;

/// <summary>What the bytes of a basic type mean.</summary>
public enum BasicKind
{
    /// <summary>Nothing: void.</summary>
    Void,
    /// <summary>True or false, of any size.</summary>
    Boolean,
    /// <summary>A one-byte character.</summary>
    Character,
    /// <summary>A UTF-16 (wchar_t, char16_t) or UTF-32 (char32_t) unit, by size.</summary>
    WideCharacter,
    /// <summary>Two's complement, little-endian.</summary>
    SignedInteger,
    /// <summary>Unsigned, little-endian.</summary>
    UnsignedInteger,
    /// <summary>IEEE 754 (4, 8 bytes; 10 bytes extended).</summary>
    Float,
    /// <summary>HRESULT and the like: 32 bits, signed, shown in hexadecimal.</summary>
    Result,
    /// <summary>Something this version does not know; shown as bytes.</summary>
    Unknown,
}
