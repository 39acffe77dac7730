namespace NetKd.Symbols.Names.Decoration;

/// <summary>Types.</summary>
internal sealed partial class DecoratedName
{
    /// <summary>Whether a type's own const and volatile are written in front of it.</summary>
    private enum QualifierRule
    {
        /// <summary>No.</summary>
        Drop,

        /// <summary>Yes.</summary>
        Mangle,

        /// <summary>After a question mark only, as for what functions return.</summary>
        Result,
    }

    private TypeNode ReadType(QualifierRule rule)
    {
        if (!Enter()) return new NamedNode("");
        Qualifiers qualifiers = Qualifiers.None;
        if (rule == QualifierRule.Mangle || (rule == QualifierRule.Result && TryTake('?'))) qualifiers = ReadQualifiers(out _);
        TypeNode type = ReadUnqualifiedType();
        if (qualifiers != Qualifiers.None) type.Qualifiers |= qualifiers;
        _depth--;
        return type;
    }

    private TypeNode ReadUnqualifiedType()
    {
        if (TryTake("$$T")) return new NamedNode("std::nullptr_t");
        if (TryTake("$$Q")) return ReadPointerTarget("&&", Qualifiers.None);
        if (TryTake("$$R")) return ReadPointerTarget("&&", Qualifiers.Volatile);
        if (TryTake("$$A6")) return ReadFunctionType(isMember: false);
        if (TryTake("$$A8@@")) return ReadFunctionType(isMember: true);
        char code = Next();
        switch (code)
        {
            case 'T': return new NamedNode("union " + ReadTypeName());
            case 'U': return new NamedNode("struct " + ReadTypeName());
            case 'V': return new NamedNode("class " + ReadTypeName());
            case 'W':
                // The digit is the width of the enumeration's integer, which nobody writes.
                if (!char.IsAsciiDigit(Next())) _failed = true;
                return new NamedNode("enum " + ReadTypeName());
            case 'P': return ReadPointerTarget("*", Qualifiers.None);
            case 'Q': return ReadPointerTarget("*", Qualifiers.Const);
            case 'R': return ReadPointerTarget("*", Qualifiers.Volatile);
            case 'S': return ReadPointerTarget("*", Qualifiers.Const | Qualifiers.Volatile);
            case 'A': return ReadPointerTarget("&", Qualifiers.None);
            case 'B': return ReadPointerTarget("&", Qualifiers.Volatile);
            case 'Y': return ReadArray();
            case '?': return ReadCustomType();
            default: return new NamedNode(BasicName(code) ?? Fail());
        }
    }

    private NamedNode ReadCustomType()
    {
        string name = ReadSimpleName();
        Expect("@");
        return new NamedNode(name);
    }

    private string? BasicName(char code) => code switch
    {
        'X' => "void",
        'C' => "signed char",
        'D' => "char",
        'E' => "unsigned char",
        'F' => "short",
        'G' => "unsigned short",
        'H' => "int",
        'I' => "unsigned int",
        'J' => "long",
        'K' => "unsigned long",
        'M' => "float",
        'N' => "double",
        'O' => "long double",
        '_' => Next() switch
        {
            'D' => "__int8",
            'E' => "unsigned __int8",
            'F' => "__int16",
            'G' => "unsigned __int16",
            'H' => "__int32",
            'I' => "unsigned __int32",
            'J' => "__int64",
            'K' => "unsigned __int64",
            'L' => "__int128",
            'M' => "unsigned __int128",
            'N' => "bool",
            'P' => "auto",
            'Q' => "char8_t",
            'S' => "char16_t",
            'T' => "decltype(auto)",
            'U' => "char32_t",
            'W' => "wchar_t",
            _ => null,
        },
        _ => null,
    };

    // What a pointer or reference is to: a function (6), a member function (8), a member (qualifiers Q to T), or an object.
    private PointerNode ReadPointerTarget(string mark, Qualifiers own)
    {
        if (TryTake('6')) return new PointerNode(ReadFunctionType(isMember: false), mark, null) { Qualifiers = own };
        if (TryTake('8'))
        {
            string owner = ReadTypeName();
            return new PointerNode(ReadFunctionType(isMember: true), mark, owner) { Qualifiers = own };
        }

        own |= ReadExtendedQualifiers();
        Qualifiers qualifiers = ReadQualifiers(out bool isMember);
        string? parent = isMember ? ReadTypeName() : null;
        TypeNode target = ReadType(QualifierRule.Drop);
        if (qualifiers != Qualifiers.None) target.Qualifiers |= qualifiers;
        return new PointerNode(target, mark, parent) { Qualifiers = own };
    }

    private Qualifiers ReadQualifiers(out bool isMember)
    {
        char code = Next();
        isMember = code is >= 'Q' and <= 'T';
        switch (code)
        {
            case 'A' or 'Q': return Qualifiers.None;
            case 'B' or 'R': return Qualifiers.Const;
            case 'C' or 'S': return Qualifiers.Volatile;
            case 'D' or 'T': return Qualifiers.Const | Qualifiers.Volatile;
            default:
                _failed = true;
                return Qualifiers.None;
        }
    }

    // __ptr64, which every pointer of a 64-bit program is and nobody writes; __restrict; __unaligned.
    private Qualifiers ReadExtendedQualifiers()
    {
        Qualifiers qualifiers = Qualifiers.None;
        TryTake('E');
        if (TryTake('I')) qualifiers |= Qualifiers.Restrict;
        if (TryTake('F')) qualifiers |= Qualifiers.Unaligned;
        return qualifiers;
    }

    private ArrayNode ReadArray()
    {
        long rank = ReadNumber();
        if (rank is <= 0 or > 32) _failed = true;
        List<long> dimensions = [];
        for (int i = 0; i < rank && !_failed; i++) dimensions.Add(ReadNumber());
        Qualifiers qualifiers = TryTake("$$C") ? ReadQualifiers(out _) : Qualifiers.None;
        TypeNode element = ReadType(QualifierRule.Drop);
        return new ArrayNode(element, dimensions) { Qualifiers = qualifiers };
    }

    private FunctionNode ReadFunctionType(bool isMember)
    {
        FunctionNode function = new();
        if (!Enter()) return function;
        if (isMember)
        {
            function.Qualifiers = ReadExtendedQualifiers();
            if (TryTake('G')) function.ReferenceMark = "&";
            else if (TryTake('H')) function.ReferenceMark = "&&";
            function.Qualifiers |= ReadQualifiers(out _);
        }

        function.Convention = ReadCallingConvention();
        // Constructors and destructors return nothing, not even void.
        if (!TryTake('@')) function.Result = ReadType(QualifierRule.Result);
        ReadParameters(function);
        if (TryTake("_E")) function.IsNoexcept = true;
        else Expect("Z");
        _depth--;
        return function;
    }

    private string ReadCallingConvention() => Next() switch
    {
        'A' or 'B' => "__cdecl",
        'C' or 'D' => "__pascal",
        'E' or 'F' => "__thiscall",
        'G' or 'H' => "__stdcall",
        'I' or 'J' => "__fastcall",
        'M' or 'N' => "__clrcall",
        'O' or 'P' => "__eabi",
        'Q' => "__vectorcall",
        'S' => "__attribute__((__swiftcall__)) ",
        'W' => "__attribute__((__swiftasynccall__)) ",
        _ => Fail(),
    };

    // X for none; else types up to @, or Z for an ellipsis. A type of more than one character may be meant again by its number.
    private void ReadParameters(FunctionNode function)
    {
        if (TryTake('X')) return;
        while (!_failed && Peek is not ('@' or 'Z'))
        {
            if (char.IsAsciiDigit(Peek))
            {
                int index = Next() - '0';
                if (index >= _parameters.Count) _failed = true;
                else function.Parameters.Add(_parameters[index]);
                continue;
            }

            int start = _at;
            TypeNode type = ReadType(QualifierRule.Drop);
            function.Parameters.Add(type);
            if (_at - start > 1 && _parameters.Count < MaxBackReferences) _parameters.Add(type);
        }

        if (TryTake('@')) return;
        Expect("Z");
        function.IsVariadic = true;
    }
}
