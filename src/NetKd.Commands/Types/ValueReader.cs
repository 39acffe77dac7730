using NetKd.Commands.Expressions;
using NetKd.Commands.Language;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>Reads and writes typed values: their bytes, and what these mean.</summary>
internal sealed class ValueReader(IExpressionScope scope)
{
    /// <summary>The value with its bytes, read in one request; fewer than its size when memory ends. Without bytes when it has none.</summary>
    public TypedValue Load(TypedValue value)
    {
        if (value.Bytes is not null || value.Address is not ulong address) return value;
        byte[] bytes = new byte[(int)Math.Min(value.Type.Size, TypedValue.MaxBytes)];
        int read = bytes.Length == 0 ? 0 : scope.ReadVirtual(address, bytes);
        return TypedValue.InMemory(value.Type, address, bytes.AsMemory(0, read));
    }

    /// <summary>All bytes of a value.</summary>
    /// <exception cref="CommandException">It has none, or they cannot be read.</exception>
    public ReadOnlyMemory<byte> Bytes(TypedValue value)
    {
        if (!value.IsAvailable) throw new CommandException("The value is not available here: the compiler keeps it nowhere at this instruction.");
        if (value.Type.Size > TypedValue.MaxBytes) throw new CommandException($"{value.Type.Name} has {value.Type.Size} bytes, more than one value may have ({TypedValue.MaxBytes}).");
        if (Load(value).Bytes is { } bytes && bytes.Length >= (int)value.Type.Size) return bytes;
        throw new CommandException(value.Address is ulong address ? $"Memory access error at {Text.AddressText.Format(address)}" : "The value is not available here: only a part of it is kept.");
    }

    /// <summary>An integer, enumerator, pointer or bit field, sign-extended to 64 bits where its type is signed.</summary>
    public ulong Integer(TypedValue value) => Integer(value.Type, Bytes(value).Span);

    /// <summary>The integer in the bytes of a type.</summary>
    public static ulong Integer(TypeInfo type, ReadOnlySpan<byte> bytes)
    {
        ulong bits = 0;
        int size = Math.Min(bytes.Length, 8);
        for (int i = 0; i < size; i++) bits |= (ulong)bytes[i] << (8 * i);
        int width = size * 8;
        if (BitFieldOf(type) is { } field)
        {
            bits = field.Position > 63 ? 0 : bits >> field.Position;
            width = Math.Clamp(field.Length, 1, 64);
        }

        if (width < 64) bits &= (1UL << width) - 1;
        return IsSigned(type) ? SignExtend(bits, width) : bits;
    }

    /// <summary>A floating-point number of 4, 8 or 10 bytes.</summary>
    public static double Float(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => BitConverter.ToSingle(bytes),
        8 => BitConverter.ToDouble(bytes),
        10 => Extended(bytes),
        _ => double.NaN,
    };

    /// <summary>A pointer's value as an address: 32-bit ones are sign-extended, as debuggers hold them.</summary>
    public static ulong Pointer(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        >= 8 => BitConverter.ToUInt64(bytes),
        >= 4 => unchecked((ulong)BitConverter.ToInt32(bytes)),
        _ => 0,
    };

    /// <summary>True for integers that are signed, characters of one byte included.</summary>
    public static bool IsSigned(TypeInfo type) => type.Plain switch
    {
        BasicType basic when IsUnsignedByte(basic) => false,
        BasicType { Kind: BasicKind.SignedInteger or BasicKind.Character or BasicKind.Result } => true,
        EnumType enumeration => IsSigned(enumeration.Underlying),
        PointerType { Size: 4 } => true,
        _ => false,
    };

    /// <summary>True for unsigned char, whether its file calls it a character or an integer.</summary>
    public static bool IsUnsignedByte(BasicType type) =>
        type.Size == 1 && (type.Kind == BasicKind.UnsignedInteger || (type.Kind == BasicKind.Character && type.Name is "unsigned char" or "char8_t"));

    /// <summary>The bit field that a type is, looking through const and volatile; else null.</summary>
    public static BitFieldType? BitFieldOf(TypeInfo type)
    {
        for (int depth = 0; depth < 8; depth++)
        {
            if (type is BitFieldType field) return field;
            if (type is not ModifiedType modified) return null;
            type = modified.Underlying;
        }

        return null;
    }

    /// <summary>Writes the bytes of a value to its place; a bit field changes its own bits only.</summary>
    /// <exception cref="CommandException">It has no place, or the place cannot be written.</exception>
    public void Write(TypedValue target, ReadOnlySpan<byte> bytes)
    {
        byte[] data = bytes.ToArray();
        if (BitFieldOf(target.Type) is { } field)
        {
            ulong mask = (field.Length >= 64 ? ulong.MaxValue : (1UL << field.Length) - 1) << field.Position;
            ulong old = Integer(field.Underlying, Bytes(target.As(field.Underlying)).Span);
            ulong merged = old & ~mask | Integer(field.Underlying, bytes) << field.Position & mask;
            data = TypedValue.OfInteger(field.Underlying, merged).Bytes!.Value.ToArray();
        }

        switch (target.Place)
        {
            case MemoryPlace memory when scope.TryWriteVirtual(memory.Address, data):
                return;
            case RegisterPlace register when scope.TryWriteRegister(register.Name, Pad(data)):
                return;
            case MemoryPlace memory:
                throw new CommandException($"Memory access error at {Text.AddressText.Format(memory.Address)}: the target does not let it be written.");
            case RegisterPlace register:
                throw new CommandException($"The target does not let {register.Name} be written.");
            default:
                throw new CommandException("Operand error: the left side of an assignment must be a variable, a register or memory.");
        }
    }

    private static ulong Pad(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; i < Math.Min(bytes.Length, 8); i++) value |= (ulong)bytes[i] << (8 * i);
        return value;
    }

    private static ulong SignExtend(ulong bits, int width) => width >= 64 ? bits : unchecked((ulong)((long)(bits << (64 - width)) >> (64 - width)));

    // x87: 64 bits of mantissa with its leading one written out, 15 of exponent, a sign.
    private static double Extended(ReadOnlySpan<byte> bytes)
    {
        double mantissa = BitConverter.ToUInt64(bytes);
        int exponent = BitConverter.ToUInt16(bytes[8..]);
        double magnitude = (exponent & 0x7fff) == 0x7fff ? double.PositiveInfinity : Math.ScaleB(mantissa, (exponent & 0x7fff) - 16383 - 63);
        return (exponent & 0x8000) != 0 ? -magnitude : magnitude;
    }
}
