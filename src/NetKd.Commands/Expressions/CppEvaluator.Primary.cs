using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NetKd.Commands.Language;
using NetKd.Commands.Types;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Expressions;

/// <content>Names, literals, registers, and what follows them: members, elements.</content>
public sealed partial class CppEvaluator
{
    private TypedValue Postfix(ArgumentReader reader, TypedValue value)
    {
        for (int links = 0; ; links++)
        {
            if (links > 10 * MaxDepth) throw reader.Error("Expression too long: overflow error");
            reader.SkipBlanks();
            if (reader.Current == '[')
            {
                reader.Position++;
                TypedValue index = Comma(reader);
                if (!reader.TryTake(']')) throw reader.Error("Missing ']': syntax error");
                value = Element(reader, value, index);
            }
            else if (reader.Current == '-' && reader.Peek(1) == '>')
            {
                reader.Position += 2;
                value = Member(reader, value);
            }
            else if (reader.Current == '.' && !char.IsAsciiDigit(reader.Peek(1)))
            {
                reader.Position++;
                value = Member(reader, value);
            }
            else if (reader.Current is '+' or '-' && reader.Peek(1) == reader.Current)
            {
                string operation = reader.Current.ToString();
                reader.Position += 2;
                TypedValue old = _arithmetic.Unevaluated > 0 ? value : TypedValue.OfBytes(value.Type, _values.Bytes(value));
                Assign(reader, value, _arithmetic.Binary(reader, operation, value, TypedValue.OfInteger(BuiltInTypes.Int, 1)));
                value = old;
            }
            else
            {
                return value;
            }
        }
    }

    // Elements of an array that is no pointer stay parts of it, so that those of a value in a register can be had.
    private TypedValue Element(ArgumentReader reader, TypedValue value, TypedValue index)
    {
        if (value.Type.Plain is ArrayType array && value.Address is null && value.Bytes is not null)
        {
            ulong number = _arithmetic.Bits(index);
            return number < array.Count ? value.Part(array.Element, number * array.Element.Size) : throw new CommandException("Range error: the array ends before that element.");
        }

        TypedValue sum = _arithmetic.Binary(reader, "+", value, index);
        return sum.Type.Plain is PointerType pointer ? _arithmetic.Target(sum, pointer) : throw ArgumentReader.ErrorAt("Type conflict", reader.Rest.IsEmpty ? "<EOL>" : reader.Rest);
    }

    // "." and "->" do the same for pointers and structures: C# writes dots where C++ writes arrows.
    private TypedValue Member(ArgumentReader reader, TypedValue value)
    {
        reader.SkipBlanks();
        int start = reader.Position;
        string name = _types.ReadName(reader);
        if (name.Length == 0) throw reader.Error("Missing member name: syntax error");
        if (value.Type.Plain is PointerType pointer) value = _arithmetic.Target(value, pointer);
        if (value.Type.Plain is not UserDefinedType type) throw ArgumentReader.ErrorAt("Type does not have given member", reader.Text.AsSpan(start));
        return TryMember(value, type, name, out TypedValue? member) ? member : throw ArgumentReader.ErrorAt("Type does not have given member", reader.Text.AsSpan(start));
    }

    private bool TryMember(TypedValue value, UserDefinedType type, string name, [NotNullWhen(true)] out TypedValue? member)
    {
        member = null;
        if (StructureMember.Find(type, name) is not { } found || found.Kind == StructureMemberKind.VirtualTable) return false;
        if (found.Kind == StructureMemberKind.Field) member = value.Part(found.Type, found.Offset);
        else if (_scope.Types.TryFindGlobal($"{found.Owner.Name}::{name}", out TypedValue? variable)) member = variable.As(found.Type);
        return member is not null;
    }

    private TypedValue Primary(ArgumentReader reader)
    {
        char c = reader.Current;
        switch (c)
        {
            case '\0':
                throw ArgumentReader.ErrorAt("Syntax", "<EOL>");
            case '(':
                reader.Position++;
                TypedValue value = Comma(reader);
                if (!reader.TryTake(')')) throw reader.Error("Missing ')': syntax error");
                return value;
            case '@':
                return At(reader);
            case '#':
                return Macro(reader);
            case '\'':
                return Character(reader, BuiltInTypes.Char);
            case '"':
                throw ArgumentReader.ErrorAt("String literals not allowed: the target's memory has no such text; syntax", reader.Rest);
            case 'L' when reader.Peek(1) == '\'':
                reader.Position++;
                return Character(reader, BuiltInTypes.WideChar);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(reader.Peek(1)))) return CppLiteral.Read(reader);
        return CppTypeReader.IsNameCharacter(c) || c == ':' ? Name(reader) : throw ArgumentReader.ErrorAt("Syntax", reader.Rest);
    }

    private TypedValue Name(ArgumentReader reader)
    {
        int start = reader.Position;
        string name = _types.ReadName(reader);
        switch (name)
        {
            case "sizeof":
                return SizeOf(reader);
            case "static_cast" or "reinterpret_cast" or "const_cast" or "dynamic_cast":
                return NamedCast(reader);
            case "true" or "false":
                return CppArithmetic.Bool(name == "true");
            case "nullptr":
                return TypedValue.OfInteger(ComposedTypes.PointerTo(BuiltInTypes.Void, _scope.PointerSize), 0);
        }

        if (name.StartsWith("::", StringComparison.Ordinal)) name = name[2..];
        if (name.Length > 0 && TryVariable(name, out TypedValue? variable)) return variable;
        if (DottedName(reader, name) is { } dotted) return dotted;
        if (name.Length > 0 && _scope.TryResolveSymbol(name, out ulong address)) return TypedValue.InMemory(BuiltInTypes.Void, address);
        throw ArgumentReader.ErrorAt("Couldn't resolve", reader.Text.AsSpan(start));
    }

    // Locals hide members, members hide what is global.
    private bool TryVariable(string name, [NotNullWhen(true)] out TypedValue? value)
    {
        ITypeScope types = _scope.Types;
        if (!name.Contains('!', StringComparison.Ordinal))
        {
            if (types.TryFindLocal(name, out value)) return true;
            if (types.TryFindLocal("this", out TypedValue? self) && self.Type.Plain is PointerType { Target.Plain: UserDefinedType type } pointer &&
                StructureMember.Find(type, name) is not null && self.IsAvailable && TryMember(_arithmetic.Target(self, pointer), type, name, out value))
            {
                return true;
            }
        }

        return types.TryFindGlobal(name, out value) || TryEnumerator(name, out value);
    }

    // Colour::Green, nt!Colour::Green.
    private bool TryEnumerator(string name, [NotNullWhen(true)] out TypedValue? value)
    {
        value = null;
        int scopeEnd = name.LastIndexOf("::", StringComparison.Ordinal);
        if (scopeEnd <= 0 || !_scope.Types.TryFindType(name[..scopeEnd], out NamedType? type) || type.Type.Plain is not EnumType enumeration) return false;
        EnumValue? found = enumeration.Values.FirstOrDefault(candidate => candidate.Name == name[(scopeEnd + 2)..]);
        if (found is not null) value = TypedValue.OfInteger(enumeration, unchecked((ulong)found.Value));
        return value is not null;
    }

    // C# names of variables, with dots: Scheduler.Current. The shortest that is a variable wins; what follows are members.
    private TypedValue? DottedName(ArgumentReader reader, string name)
    {
        int start = reader.Position;
        string whole = name;
        for (int parts = 0; parts < 16 && reader.Current == '.' && char.IsLetter(reader.Peek(1)); parts++)
        {
            reader.Position++;
            int from = reader.Position;
            while (CppTypeReader.IsNameCharacter(reader.Current)) reader.Position++;
            whole += "." + reader.Text[from..reader.Position];
            if (_scope.Types.TryFindGlobal(whole, out TypedValue? value)) return value;
        }

        // A method: the compiler of C# gives those no type, only an address.
        if (reader.Position > start && _scope.TryResolveSymbol(whole, out ulong address)) return TypedValue.InMemory(BuiltInTypes.Void, address);
        reader.Position = start;
        return null;
    }

    private TypedValue SizeOf(ArgumentReader reader)
    {
        reader.SkipBlanks();
        TypeInfo? type = null;
        if (reader.Current == '(' && TryCast(reader, out TypeInfo? named)) type = named;
        type ??= Maybe(false, () => Unary(reader)).Type;
        return Size(type.Size);
    }

    private TypedValue NamedCast(ArgumentReader reader)
    {
        if (!reader.TryTake('<')) throw reader.Error("Missing '<': syntax error");
        reader.SkipBlanks();
        int start = reader.Position;
        if (!_types.TryRead(reader, out TypeInfo? type, out _)) throw ArgumentReader.ErrorAt("Couldn't resolve", reader.Text.AsSpan(start));
        if (!reader.TryTake('>')) throw reader.Error("Missing '>': syntax error");
        if (!reader.TryTake('(')) throw reader.Error("Missing '(': syntax error");
        TypedValue value = Comma(reader);
        if (!reader.TryTake(')')) throw reader.Error("Missing ')': syntax error");
        return _arithmetic.Convert(reader, value, type);
    }

    private TypedValue At(ArgumentReader reader)
    {
        int start = reader.Position;
        if (reader.Peek(1) == '@') return Switched(reader);
        reader.Position++;
        if (reader.Current == '!')
        {
            reader.Position++;
            string quoted = reader.ReadQuoted();
            if (TryVariable(quoted, out TypedValue? variable)) return variable;
            return _scope.TryResolveSymbol(quoted, out ulong address) ? TypedValue.InMemory(BuiltInTypes.Void, address) : throw ArgumentReader.ErrorAt("Couldn't resolve", quoted);
        }

        int nameStart = reader.Position;
        while (NumberText.IsWordCharacter(reader.Current)) reader.Position++;
        string name = reader.Text[nameStart..reader.Position].ToLowerInvariant();
        bool pseudo = name.StartsWith('$');
        bool found = pseudo ? _scope.TryReadPseudoRegister(name, out ulong value) : _scope.TryReadRegister(name, out value);
        if (!found) throw ArgumentReader.ErrorAt("Bad register", reader.Text.AsSpan(start));
        return TypedValue.InRegister(pseudo ? PseudoRegisterType(name) : BuiltInTypes.UnsignedInt64, name, BitConverter.GetBytes(value));
    }

    // @$proc->UniqueProcessId, where the kernel's types are known.
    private TypeInfo PseudoRegisterType(string name)
    {
        string? type = name switch { "$proc" => "nt!_EPROCESS", "$thread" => "nt!_ETHREAD", "$peb" => "nt!_PEB", "$teb" => "nt!_TEB", _ => null };
        return type is not null && _scope.PointerSize == 8 && _scope.Types.TryFindType(type, out NamedType? found) ? ComposedTypes.PointerTo(found.Type, _scope.PointerSize) : BuiltInTypes.UnsignedInt64;
    }

    // @@masm(...), @@c++(...); bare @@(...) means the other evaluator, which is MASM here.
    private TypedValue Switched(ArgumentReader reader)
    {
        reader.Position += 2;
        bool cpp = reader.Rest.StartsWith("c++(", StringComparison.OrdinalIgnoreCase);
        if (cpp) reader.Position += 3;
        else if (reader.Rest.StartsWith("masm(", StringComparison.OrdinalIgnoreCase)) reader.Position += 4;
        if (reader.Current != '(') throw reader.Error("Syntax error");
        string inner = reader.ReadBlock('(', ')');
        if (cpp) return Evaluate(new ArgumentReader(inner));
        return TypedValue.OfInteger(BuiltInTypes.UnsignedInt64, _arithmetic.Unevaluated > 0 ? 0 : _masm.EvaluateMasm(inner));
    }

    private static TypedValue Character(ArgumentReader reader, TypeInfo type)
    {
        int start = reader.Position++;
        ulong value = reader.Current;
        if (value == '\\')
        {
            reader.Position++;
            switch (reader.Current)
            {
                case 'x':
                    int digits = 0;
                    while (digits < 4 && char.IsAsciiHexDigit(reader.Peek(digits + 1))) digits++;
                    _ = ulong.TryParse(reader.Rest[1..(digits + 1)], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value);
                    reader.Position += digits;
                    break;
                default:
                    value = reader.Current switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', char other => other };
                    break;
            }
        }

        reader.Position++;
        if (value == 0 && reader.Position > reader.Text.Length || reader.Current != '\'') throw ArgumentReader.ErrorAt("Syntax", reader.Text.AsSpan(start));
        reader.Position++;
        return TypedValue.OfInteger(type, value);
    }
}
