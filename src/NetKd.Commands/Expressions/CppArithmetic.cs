using NetKd.Commands.Language;
using NetKd.Commands.Types;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Expressions;

/// <summary>
/// The operators of C++ over typed values: the usual conversions, pointer arithmetic, casts. Where it is told that a value does not matter
/// (<c>sizeof</c>, the branch not taken), memory is not read and nothing is refused but what has the wrong type.
/// </summary>
internal sealed class CppArithmetic(IExpressionScope scope, ValueReader values)
{
    // The usual arithmetic conversions go upwards in this list; smaller ones become int. As in Microsoft's engine, long counts as int: both
    // have 32 bits.
    private static readonly TypeInfo[] s_ranks =
        [BuiltInTypes.Int, BuiltInTypes.UnsignedInt, BuiltInTypes.Int64, BuiltInTypes.UnsignedInt64, BuiltInTypes.Float, BuiltInTypes.Double];

    private const int RankUnsignedInt = 1;
    private const int RankInt64 = 2;
    private const int RankFloat = 4;

    /// <summary>How deep in parts whose values do not matter the evaluation is.</summary>
    public int Unevaluated { get; set; }

    /// <summary>A binary operator other than the logical ones, which do not always have both operands.</summary>
    public TypedValue Binary(ArgumentReader reader, string operation, TypedValue left, TypedValue right)
    {
        left = Decay(left);
        right = Decay(right);
        if (left.Type.Plain is PointerType || right.Type.Plain is PointerType) return Pointers(reader, operation, left, right);
        int rank = operation is "<<" or ">>" ? Rank(reader, left) : Math.Max(Rank(reader, left), Rank(reader, right));
        TypeInfo type = s_ranks[rank];
        return rank >= RankFloat
            ? Floats(reader, operation, type, Number(left), Number(right))
            : Integers(reader, operation, type, Fit(type, Bits(left)), operation is "<<" or ">>" ? Bits(right) : Fit(type, Bits(right)));
    }

    /// <summary>The operators + - ~ ! in front of a value.</summary>
    public TypedValue Unary(ArgumentReader reader, char operation, TypedValue operand)
    {
        operand = Decay(operand);
        if (operation == '!') return Bool(!IsTrue(operand));
        if (operand.Type.Plain is PointerType) throw Conflict(reader);
        int rank = Rank(reader, operand);
        TypeInfo type = s_ranks[rank];
        if (rank >= RankFloat)
        {
            if (operation == '~') throw Conflict(reader);
            return TypedValue.OfFloat(type, operation == '-' ? -Number(operand) : Number(operand));
        }

        ulong bits = Bits(operand);
        return TypedValue.OfInteger(type, operation switch { '-' => unchecked(0 - bits), '~' => ~bits, _ => bits });
    }

    /// <summary>Whether a value counts as true.</summary>
    public bool IsTrue(TypedValue value)
    {
        value = Decay(value);
        return IsFloat(value.Type) ? Number(value) != 0 : Bits(value) != 0;
    }

    /// <summary>A value as another type: C's cast, which the C++ ones come down to.</summary>
    public TypedValue Convert(ArgumentReader reader, TypedValue value, TypeInfo type)
    {
        value = Decay(value);
        TypeInfo plain = type.Plain;
        if (plain is BasicType { Kind: BasicKind.Void }) return TypedValue.OfBytes(BuiltInTypes.Void, ReadOnlyMemory<byte>.Empty);
        if (plain is UserDefinedType or ArrayType)
        {
            // Of the same size only: a value is not read beyond its end.
            return value.Type.Plain.Name == plain.Name ? value.As(type) : throw Conflict(reader);
        }

        if (plain is FunctionType || value.Type.Plain is UserDefinedType) throw Conflict(reader);
        if (IsFloat(type)) return TypedValue.OfFloat(type, Number(value));
        if (plain is BasicType { Kind: BasicKind.Boolean }) return TypedValue.OfInteger(type, IsTrue(value) ? 1UL : 0);
        return TypedValue.OfInteger(type, Bits(value));
    }

    /// <summary>A value as 64 bits: numbers as they are, fractions cut off, arrays and functions by their address.</summary>
    public ulong Bits(TypedValue value)
    {
        value = Decay(value);
        switch (value.Type.Plain)
        {
            case UserDefinedType user:
                throw new CommandException($"Type conflict error: {user.Name} is a structure; take one of its fields or its address.");
            case BasicType { Kind: BasicKind.Void }:
                throw new CommandException("Type information missing error: only the address of this symbol is known; write &name or @@masm(name).");
        }

        if (Unevaluated > 0) return 0;
        if (!IsFloat(value.Type)) return value.Type.Plain is PointerType ? ValueReader.Pointer(values.Bytes(value).Span) : values.Integer(value);
        double number = Number(value);
        // A cast of a number beyond the range is undefined in C++; ends of the range here, and the unsigned half is kept.
        return number >= 9223372036854775808.0 ? (ulong)number : unchecked((ulong)(long)number);
    }

    /// <summary>Arrays and functions become pointers, as in every use but sizeof and &amp;; references become what they refer to.</summary>
    public TypedValue Decay(TypedValue value)
    {
        switch (value.Type.Plain)
        {
            case ArrayType array when value.Address is ulong address:
                return TypedValue.OfInteger(ComposedTypes.PointerTo(array.Element, scope.PointerSize), address);
            case FunctionType function when value.Address is ulong code:
                return TypedValue.OfInteger(ComposedTypes.PointerTo(function, scope.PointerSize), code);
            case PointerType { Kind: PointerKind.Reference or PointerKind.RValueReference } reference:
                return Target(value, reference);
            default:
                return value;
        }
    }

    /// <summary>What a pointer or reference leads to.</summary>
    public TypedValue Target(TypedValue value, PointerType pointer) =>
        TypedValue.InMemory(pointer.Target, Unevaluated > 0 ? 0 : ValueReader.Pointer(values.Bytes(value).Span));

    /// <summary>A truth value.</summary>
    public static TypedValue Bool(bool value) => TypedValue.OfInteger(BuiltInTypes.Bool, value ? 1UL : 0);

    private double Number(TypedValue value)
    {
        if (!IsFloat(value.Type)) return ValueReader.IsSigned(value.Type) ? unchecked((long)Bits(value)) : Bits(value);
        return Unevaluated > 0 ? 0 : ValueReader.Float(values.Bytes(value).Span);
    }

    private TypedValue Pointers(ArgumentReader reader, string operation, TypedValue left, TypedValue right)
    {
        PointerType? a = left.Type.Plain as PointerType;
        PointerType? b = right.Type.Plain as PointerType;
        ulong x = Bits(left), y = Bits(right);
        if (operation is "==" or "!=" or "<" or ">" or "<=" or ">=") return Integers(reader, operation, BuiltInTypes.UnsignedInt64, x, y);
        if (IsFloat(left.Type) || IsFloat(right.Type)) throw Conflict(reader);
        unchecked
        {
            switch (operation)
            {
                case "-" when a is not null && b is not null:
                    return TypedValue.OfInteger(BuiltInTypes.Int64, (ulong)((long)(x - y) / (long)Step(a)));
                case "-" when a is not null:
                    return TypedValue.OfInteger(left.Type, x - y * Step(a));
                case "+" when a is not null && b is null:
                    return TypedValue.OfInteger(left.Type, x + y * Step(a));
                case "+" when a is null && b is not null:
                    return TypedValue.OfInteger(right.Type, y + x * Step(b));
                default:
                    throw Conflict(reader);
            }
        }
    }

    // void* and pointers to what is only declared go by bytes.
    private static ulong Step(PointerType pointer) => pointer.Target.Size is > 0 and <= long.MaxValue ? pointer.Target.Size : 1;

    private TypedValue Integers(ArgumentReader reader, string operation, TypeInfo type, ulong a, ulong b)
    {
        bool signed = ValueReader.IsSigned(type);
        if (b == 0 && (operation is "/" or "%"))
        {
            if (Unevaluated > 0) return TypedValue.OfInteger(type, 0);
            throw reader.Error("Divide by zero: operand error");
        }

        // The one signed division that does not fit: the smallest number by minus one. The processor would trap on it.
        bool wraps = signed && b == ulong.MaxValue;
        unchecked
        {
            return operation switch
            {
                "==" => Bool(a == b),
                "!=" => Bool(a != b),
                "<" => Bool(signed ? (long)a < (long)b : a < b),
                ">" => Bool(signed ? (long)a > (long)b : a > b),
                "<=" => Bool(signed ? (long)a <= (long)b : a <= b),
                ">=" => Bool(signed ? (long)a >= (long)b : a >= b),
                "|" => TypedValue.OfInteger(type, a | b),
                "^" => TypedValue.OfInteger(type, a ^ b),
                "&" => TypedValue.OfInteger(type, a & b),
                "+" => TypedValue.OfInteger(type, a + b),
                "-" => TypedValue.OfInteger(type, a - b),
                "*" => TypedValue.OfInteger(type, a * b),
                "/" when wraps => TypedValue.OfInteger(type, 0 - a),
                "%" when wraps => TypedValue.OfInteger(type, 0),
                "/" => TypedValue.OfInteger(type, signed ? (ulong)((long)a / (long)b) : a / b),
                "%" => TypedValue.OfInteger(type, signed ? (ulong)((long)a % (long)b) : a % b),
                "<<" => TypedValue.OfInteger(type, b > 63 ? 0 : a << (int)b),
                _ => TypedValue.OfInteger(type, b > 63 ? (signed && (long)a < 0 ? ulong.MaxValue : 0) : signed ? (ulong)((long)a >> (int)b) : a >> (int)b),
            };
        }
    }

    private static TypedValue Floats(ArgumentReader reader, string operation, TypeInfo type, double a, double b) => operation switch
    {
        "==" => Bool(a == b),
        "!=" => Bool(a != b),
        "<" => Bool(a < b),
        ">" => Bool(a > b),
        "<=" => Bool(a <= b),
        ">=" => Bool(a >= b),
        "+" => TypedValue.OfFloat(type, a + b),
        "-" => TypedValue.OfFloat(type, a - b),
        "*" => TypedValue.OfFloat(type, a * b),
        "/" => TypedValue.OfFloat(type, a / b),
        _ => throw Conflict(reader),
    };

    private static int Rank(ArgumentReader reader, TypedValue value)
    {
        switch (value.Type.Plain)
        {
            case EnumType enumeration:
                return enumeration.Size == 8 ? (ValueReader.IsSigned(enumeration) ? RankInt64 : RankInt64 + 1) : 0;
            case BasicType basic:
                bool signed = ValueReader.IsSigned(basic);
                return basic.Kind switch
                {
                    BasicKind.Float => basic.Size == 4 ? RankFloat : RankFloat + 1,
                    BasicKind.Void => throw new CommandException("Type information missing error: only the address of this symbol is known; write &name or @@masm(name)."),
                    _ when basic.Size < 4 => 0,
                    _ when basic.Size == 8 => signed ? RankInt64 : RankInt64 + 1,
                    _ when basic.Size == 4 => signed ? 0 : RankUnsignedInt,
                    _ => throw Conflict(reader),
                };
            default:
                throw Conflict(reader);
        }
    }

    private static ulong Fit(TypeInfo type, ulong bits) => type.Size == 8 ? bits : ValueReader.IsSigned(type) ? unchecked((ulong)(int)bits) : unchecked((uint)bits);

    private static bool IsFloat(TypeInfo type) => type.Plain is BasicType { Kind: BasicKind.Float };

    private static CommandException Conflict(ArgumentReader reader) => ArgumentReader.ErrorAt("Type conflict", reader.Rest.IsEmpty ? "<EOL>" : reader.Rest);
}
