using NetKd.Commands.Expressions;
using NetKd.Commands.Text;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>
/// Values in kd's words, with what they lead to: the text of a string, the name of a function, both ends of a list entry. Layouts are those
/// that Microsoft's engine prints for the same types (tests: TypeDisplayTests).
/// </summary>
internal sealed class ValueText(IExpressionScope scope)
{
    private const int MaxTextBytes = 1024;
    private const int MaxArrayDepth = 8;

    /// <summary>A field's value as dt prints it behind the colon. Bytes that could not be read are question marks.</summary>
    public string Field(TypeInfo type, ReadOnlyMemory<byte> bytes) => Field(type, bytes, MaxArrayDepth);

    /// <summary>
    /// A structure's contents in one line where debuggers know them (<c>[ 0x... - 0x... ]</c>, <c>"text"</c>, <c>{guid}</c>), else null.
    /// </summary>
    public string? Summary(UserDefinedType type, ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> data = bytes.Span;
        if ((ulong)data.Length < type.Size) return null;
        int pointer = scope.PointerSize;
        switch (type.Name)
        {
            case "_LIST_ENTRY" when data.Length == 2 * pointer:
                return $"[ {ScalarText.Pointer(ValueReader.Pointer(data[..pointer]), (ulong)pointer)} - {ScalarText.Pointer(ValueReader.Pointer(data[pointer..]), (ulong)pointer)} ]";
            case "_UNICODE_STRING" or "_STRING" or "_ANSI_STRING" when data.Length == 2 * pointer:
                int length = BitConverter.ToUInt16(data);
                return Text(ValueReader.Pointer(data[pointer..]), type.Name == "_UNICODE_STRING" ? 2 : 1, length);
            case "_LARGE_INTEGER" or "_ULARGE_INTEGER" when data.Length == 8:
                ulong value = BitConverter.ToUInt64(data);
                return value <= uint.MaxValue ? $"0x{value:x}" : $"0x{AddressText.Format(value)}";
            case "_GUID" when data.Length == 16:
                return new Guid(data).ToString("B");
            default:
                return null;
        }
    }

    /// <summary>A value as dv prints it behind the equals sign, and ?? behind the type, in one line.</summary>
    public string Line(TypedValue value)
    {
        if (!value.IsAvailable) return "<value unavailable>";
        TypeInfo plain = value.Type.Plain;
        switch (plain)
        {
            case UserDefinedType user:
                return $"{TypeText.Keyword(user)} {user.Name}";
            case ArrayType array:
                string declared = TypeText.Declaration(array);
                return CharacterSize(array.Element) is int size && value.Bytes is { } text ? $"{declared} {Quoted(text.Span, size)}" : declared;
            case FunctionType:
                return value.Address is ulong address ? $"0x{AddressText.Format(address)}" : "<function>";
        }

        if (value.Bytes is not { } bytes || (ulong)bytes.Length < value.Type.Size) return "<memory unavailable>";
        string line = ScalarText.Expression(value.Type, bytes.Span);
        if (plain is not PointerType pointer) return line;
        ulong target = ValueReader.Pointer(bytes.Span);
        if (pointer.Target.Plain is FunctionType) return target == 0 ? line : $"{line} {scope.DescribeAddress(target)}".TrimEnd();
        if (CharacterSize(pointer.Target) is not int characters) return line;
        return $"{line} {(target == 0 ? "\"\"" : Text(target, characters, null))}";
    }

    /// <summary>The text at an address in quotes, up to its zero or a length in bytes; the error that kd prints when it cannot be read.</summary>
    public string Text(ulong address, int characterSize, int? length)
    {
        if (length == 0 || (address == 0 && length is null)) return "\"\"";
        byte[] bytes = new byte[Math.Min(length ?? MaxTextBytes / 8, MaxTextBytes)];
        int read = scope.ReadVirtual(address, bytes);
        if (length is null && read == bytes.Length && !HasZero(bytes, characterSize))
        {
            // Most texts are short: a longer one is worth a second read.
            bytes = new byte[MaxTextBytes];
            read = scope.ReadVirtual(address, bytes);
        }

        return read == 0 ? $"\"--- memory read error at address {ScalarText.Pointer(address, (ulong)scope.PointerSize)} ---\"" : Quoted(bytes.AsSpan(0, read), characterSize);
    }

    /// <summary>The size of a character type, of whatever signedness, when it is one that strings consist of; else null.</summary>
    public static int? CharacterSize(TypeInfo type) => type.Plain switch
    {
        BasicType { Kind: BasicKind.Character, Size: 1 } => 1,
        BasicType { Kind: BasicKind.UnsignedInteger or BasicKind.SignedInteger, Size: 1 } => 1,
        BasicType { Kind: BasicKind.WideCharacter, Size: 2 } => 2,
        _ => null,
    };

    private string Field(TypeInfo type, ReadOnlyMemory<byte> bytes, int depth)
    {
        if (type.Plain is UserDefinedType user)
        {
            string? summary = Summary(user, bytes);
            return summary is null ? user.Name : $"{user.Name} {summary}";
        }

        if (type.Plain is ArrayType array) return ArrayField(array, bytes, depth);
        if (type.Plain is PointerType pointer && (ulong)bytes.Length >= pointer.Size) return PointerField(pointer, ValueReader.Pointer(bytes.Span));
        if (type.Plain is FunctionType function) return $"    {function.ReturnType.Name} ";
        return (ulong)bytes.Length < type.Size ? "??" : ScalarText.Field(type, bytes.Span);
    }

    private string ArrayField(ArrayType array, ReadOnlyMemory<byte> bytes, int depth)
    {
        string count = $"[{array.Count}] ";
        if (depth == 0) return count + array.Element.Name;
        if (CharacterSize(array.Element) is int size) return bytes.Length == 0 && array.Size > 0 ? count + "??" : $"{count} {Quoted(bytes.Span, size)}";
        if (array.Count == 0) return count + TypeText.Short(array.Element);
        return count + Field(array.Element, bytes[..(int)Math.Min((ulong)bytes.Length, array.Element.Size)], depth - 1);
    }

    private string PointerField(PointerType pointer, ulong target)
    {
        if (pointer.Kind == PointerKind.MemberPointer) return ScalarText.Unsigned(target);
        if (target == 0) return "(null) ";
        string text = ScalarText.Pointer(target, pointer.Size);
        switch (pointer.Target.Plain)
        {
            case UserDefinedType user:
                return IsSummarized(user) && Summary(user, Read(target, user.Size)) is { } summary ? $"{text} {user.Name} {summary}" : $"{text} {user.Name}";
            case FunctionType function:
                return $"{text}     {function.ReturnType.Name}  {WithDisplacement(target)}";
            case BasicType { Kind: BasicKind.Void }:
                return text + " Void";
            case TypeInfo characters when CharacterSize(characters) is int size:
                return $"{text}  {Text(target, size, null)}";
            case BasicType or EnumType:
                ReadOnlyMemory<byte> bytes = Read(target, pointer.Target.Size);
                return $"{text}  -> {((ulong)bytes.Length < pointer.Target.Size ? "??" : ScalarText.Field(pointer.Target, bytes.Span))}";
            case PointerType inner:
                ReadOnlyMemory<byte> pointed = Read(target, inner.Size);
                return $"{text}  -> {((ulong)pointed.Length < inner.Size ? "??" : ScalarText.Pointer(ValueReader.Pointer(pointed.Span), inner.Size))} {TypeText.Short(inner.Target)}";
            default:
                return $"{text} {pointer.Target.Name}";
        }
    }

    // kd writes the displacement of a function's name even when it is none.
    private string WithDisplacement(ulong address)
    {
        string? name = scope.DescribeAddress(address);
        if (name is null) return $"+{address:x}";
        return name.Contains("+0x", StringComparison.Ordinal) ? name.Replace("+0x", "+", StringComparison.Ordinal) : name + "+0";
    }

    private ReadOnlyMemory<byte> Read(ulong address, ulong size)
    {
        byte[] bytes = new byte[(int)Math.Min(size, MaxTextBytes)];
        return bytes.AsMemory(0, scope.ReadVirtual(address, bytes));
    }

    private static bool IsSummarized(UserDefinedType type) =>
        type.Name is "_LIST_ENTRY" or "_UNICODE_STRING" or "_STRING" or "_ANSI_STRING" or "_LARGE_INTEGER" or "_ULARGE_INTEGER" or "_GUID";

    private static bool HasZero(ReadOnlySpan<byte> bytes, int characterSize)
    {
        for (int i = 0; i + characterSize <= bytes.Length; i += characterSize)
        {
            if (bytes.Slice(i, characterSize).IndexOfAnyExcept((byte)0) < 0) return true;
        }

        return false;
    }

    // Where one-byte text stops being text kd writes three question marks; what is in memory is no reason to fill the screen.
    private static string Quoted(ReadOnlySpan<byte> bytes, int characterSize)
    {
        bytes = bytes[..Math.Min(bytes.Length, MaxTextBytes)];
        if (characterSize != 1) return $"\"{StringText.UntilZero(bytes, characterSize)}\"";
        int zero = bytes.IndexOf((byte)0);
        if (zero >= 0) bytes = bytes[..zero];
        int strange = bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e);
        // Line ends and tabs are text, but not on this line.
        string text = System.Text.Encoding.ASCII.GetString(strange < 0 ? bytes : bytes[..strange]);
        return strange < 0 ? $"\"{text}\"" : $"\"{text}???\"";
    }
}
