using System.Globalization;
using System.Text;
using NetKd.Commands.Text;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>Numbers, characters and enumerators as kernel debuggers print them in values; the target is not asked.</summary>
internal static class ScalarText
{
    /// <summary>An unsigned number: <c>5</c>, <c>0x1f4</c>, <c>0x00000001`23456789</c>.</summary>
    public static string Unsigned(ulong value) =>
        value < 10 ? $"{value}" : value <= uint.MaxValue ? $"0x{value:x}" : $"0x{AddressText.Format(value)}";

    /// <summary>A pointer's value: <c>0xfffff803`12201000</c>, with eight digits for 32-bit ones.</summary>
    public static string Pointer(ulong value, ulong size) => size == 4 ? $"0x{(uint)value:x8}" : $"0x{AddressText.Format(value)}";

    /// <summary>A floating-point number with all of its digits, and exponents of three, as C's %g writes it on Windows: <c>9.80908925e-045</c>.</summary>
    public static string Float(double value, ulong size)
    {
        string text = size == 4 ? ((float)value).ToString("G9", CultureInfo.InvariantCulture) : value.ToString("G17", CultureInfo.InvariantCulture);
        int exponent = text.IndexOf('E', StringComparison.Ordinal);
        return exponent < 0 ? text : $"{text[..exponent]}e{text[exponent + 1]}{text[(exponent + 2)..].PadLeft(3, '0')}";
    }

    /// <summary>A character between quotes; nothing between them when it cannot be shown.</summary>
    public static string Quoted(ulong character, bool wide = false)
    {
        bool shown = character is >= 0x20 and < 0x7f || (wide && character is >= 0xa0 and < 0x250);
        return shown ? $"'{(char)character}'" : "''";
    }

    /// <summary>The value behind the type, as ?? and dv print it: <c>0n5</c>, <c>0n65 'A'</c>, <c>true</c>, <c>Green (0n2)</c>.</summary>
    public static string Expression(TypeInfo type, ReadOnlySpan<byte> bytes)
    {
        TypeInfo plain = type.Plain;
        ulong value = ValueReader.Integer(type, bytes);
        switch (plain)
        {
            case EnumType enumeration:
                return $"{Enumerator(enumeration, value) ?? $"0n{unchecked((long)value)}"} ({(Enumerator(enumeration, value) is null ? "No matching enumerant" : $"0n{unchecked((long)value)}")})";
            case PointerType pointer:
                return Pointer(ValueReader.Pointer(bytes), pointer.Size);
            case BasicType basic:
                return basic.Kind switch
                {
                    BasicKind.Void => "",
                    BasicKind.Boolean => value != 0 ? "true" : "false",
                    BasicKind.Float => Float(ValueReader.Float(bytes), basic.Size),
                    BasicKind.Result => $"0x{(uint)value:x8}",
                    BasicKind.WideCharacter => $"0x{value:x} {Quoted(value, wide: true)}",
                    _ when ValueReader.IsUnsignedByte(basic) => $"0x{value:x2} {Quoted(value)}",
                    BasicKind.Character => $"0n{unchecked((long)value)} {Quoted(value & 0xff)}",
                    BasicKind.SignedInteger => $"0n{unchecked((long)value)}" + (basic.Size == 1 ? $" {Quoted(value & 0xff)}" : ""),
                    BasicKind.UnsignedInteger when basic.Size <= 8 => Unsigned(value),
                    _ => Hexadecimal(bytes),
                };
            default:
                return Hexadecimal(bytes);
        }
    }

    /// <summary>A field's value as dt prints it: <c>0n5</c>, <c>65 'A'</c>, <c>1</c>, <c>2 ( Green )</c>, <c>0y101</c>.</summary>
    public static string Field(TypeInfo type, ReadOnlySpan<byte> bytes)
    {
        ulong value = ValueReader.Integer(type, bytes);
        if (ValueReader.BitFieldOf(type) is { } bits) return Bits(value, bits.Length);
        switch (type.Plain)
        {
            case EnumType enumeration:
                return Enumerator(enumeration, value) is { } name
                    ? $"{Unsigned(Cut(value, bytes.Length))} ( {name} )"
                    : $"{Unsigned(Cut(value, bytes.Length))} {(bytes.Length == 1 ? "'' " : "")}(No matching name)";
            case BasicType basic:
                return basic.Kind switch
                {
                    BasicKind.Void => "",
                    BasicKind.Boolean => $"{value:x}",
                    BasicKind.Float => Float(ValueReader.Float(bytes), basic.Size) + " ",
                    BasicKind.Result => $"0x{(uint)value:x8}",
                    BasicKind.WideCharacter => $"{Unsigned(value)} {Quoted(value, wide: true)}",
                    _ when ValueReader.IsUnsignedByte(basic) => $"{Unsigned(value)} {Quoted(value)}",
                    BasicKind.Character => $"{unchecked((long)value)} {Quoted(value & 0xff)}",
                    BasicKind.SignedInteger when basic.Size == 1 => $"{unchecked((long)value)} {Quoted(value & 0xff)}",
                    BasicKind.SignedInteger when basic.Size <= 8 => $"0n{unchecked((long)value)}",
                    BasicKind.UnsignedInteger when basic.Size <= 8 => Unsigned(value),
                    _ => Hexadecimal(bytes),
                };
            default:
                return Hexadecimal(bytes);
        }
    }

    /// <summary>The name of an enumeration's value, or null.</summary>
    public static string? Enumerator(EnumType type, ulong value)
    {
        foreach (EnumValue candidate in type.Values)
        {
            if (unchecked((ulong)candidate.Value) == value || (type.Size is > 0 and < 8 && Cut(unchecked((ulong)candidate.Value), (int)type.Size) == Cut(value, (int)type.Size)))
                return candidate.Name;
        }

        return null;
    }

    // kd adds the number when the digits are too many to read at a glance.
    private static string Bits(ulong value, int length)
    {
        length = Math.Clamp(length, 1, 64);
        ulong cut = length == 64 ? value : value & ((1UL << length) - 1);
        string digits = Convert.ToString(unchecked((long)cut), 2).PadLeft(length, '0');
        return length > 4 ? $"0y{digits} ({Unsigned(cut)})" : $"0y{digits}";
    }

    private static ulong Cut(ulong value, int bytes) => bytes >= 8 ? value : value & ((1UL << (8 * bytes)) - 1);

    // What no kind describes: its bytes as one number, the highest first.
    private static string Hexadecimal(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0) return "";
        StringBuilder text = new("0x");
        for (int i = Math.Min(bytes.Length, 32) - 1; i >= 0; i--) text.Append(CultureInfo.InvariantCulture, $"{bytes[i]:x2}");
        return text.ToString();
    }
}
