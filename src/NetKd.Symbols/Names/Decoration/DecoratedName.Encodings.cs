using System.Globalization;

namespace NetKd.Symbols.Names.Decoration;

/// <summary>What follows a symbol's name: what it is, with its type.</summary>
internal sealed partial class DecoratedName
{
    /// <summary>A whole symbol, from its question mark.</summary>
    private string ReadSymbol()
    {
        Expect("?");
        if (_failed) return "";
        // A name that was too long is a hash of itself: it is shown as it is.
        if (TryTake("?@")) return $"??@{Until('@')}@";
        if (TryReadCompilerSymbol(out string made)) return made;
        return ReadEncoding(ReadSymbolName());
    }

    // Tables and guards that compilers make for classes and variables.
    private bool TryReadCompilerSymbol(out string text)
    {
        if (TryTake("?_C")) text = ReadStringLiteral();
        else if (TryTake("?_7")) text = ReadTable("`vftable'");
        else if (TryTake("?_8")) text = ReadTable("`vbtable'");
        else if (TryTake("?_S")) text = ReadTable("`local vftable'");
        else if (TryTake("?_R4")) text = ReadTable("`RTTI Complete Object Locator'");
        else if (TryTake("?_R0")) text = ReadTypeDescriptor();
        else if (TryTake("?_R1")) text = ReadBaseClassDescriptor();
        else if (TryTake("?_R2")) text = ReadUntyped("`RTTI Base Class Array'");
        else if (TryTake("?_R3")) text = ReadUntyped("`RTTI Class Hierarchy Descriptor'");
        else if (TryTake("?_9")) text = ReadVirtualCall();
        else if (TryTake("?_B")) text = ReadGuard("`local static guard'");
        else if (TryTake("?__J")) text = ReadGuard("`local static thread guard'");
        else if (TryTake("?__E")) text = ReadInitializer("`dynamic initializer for ");
        else if (TryTake("?__F")) text = ReadInitializer("`dynamic atexit destructor for ");
        else text = "";
        return text.Length > 0;
    }

    private static string Qualify(List<string> scopes, string name) => scopes.Count == 0 ? name : $"{string.Join("::", scopes)}::{name}";

    // 6 or 7, qualifiers, and for a class with several tables the base that this one is for.
    private string ReadTable(string name)
    {
        string table = Qualify(ReadScopes(), name);
        if (!TryTake('6')) Expect("7");
        string qualifiers = NodeWriter.Text(new NamedNode("") { Qualifiers = ReadQualifiers(out _) }).TrimStart();
        List<string> targets = [];
        while (!_failed && !TryTake('@')) targets.Add($"`{ReadTypeName()}'");
        if (targets.Count > 0) table += $"{{for {string.Join("s ", targets)}}}";
        return NameOnly || qualifiers.Length == 0 ? table : $"{qualifiers} {table}";
    }

    private string ReadTypeDescriptor()
    {
        TypeNode type = ReadType(QualifierRule.Result);
        Expect("@8");
        return NodeWriter.Text(type) + " `RTTI Type Descriptor'";
    }

    private string ReadBaseClassDescriptor()
    {
        long[] numbers = [ReadNumber(), ReadNumber(), ReadNumber(), ReadNumber()];
        return ReadUntyped($"`RTTI Base Class Descriptor at ({string.Join(',', numbers)})'");
    }

    private string ReadUntyped(string name)
    {
        string text = Qualify(ReadScopes(), name);
        Expect("8");
        return text;
    }

    private string ReadVirtualCall()
    {
        List<string> scopes = ReadScopes();
        Expect("$B");
        long offset = ReadNumber();
        Expect("A");
        string convention = ReadCallingConvention();
        string text = Qualify(scopes, string.Create(CultureInfo.InvariantCulture, $"`vcall'{{{offset},{{flat}}}}"));
        return NameOnly ? text : $"[thunk]: {convention} {text}";
    }

    private string ReadGuard(string name)
    {
        string text = Qualify(ReadScopes(), name);
        if (TryTake("4IA")) return text;
        Expect("5");
        long number = Peek == '\0' ? 0 : ReadNumber();
        return number == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}{{{number}}}");
    }

    // The function that makes or ends a variable: of a plain name, or of a whole symbol.
    private string ReadInitializer(string kind)
    {
        if (!Enter()) return "";
        string variable;
        if (Peek == '?')
        {
            variable = $"`{ReadSymbol()}'";
            // Of the two ends of the name, compilers write one or none.
            TryTake("@@");
            TryTake('@');
        }
        else
        {
            variable = $"'{ReadSymbolName().Full}'";
        }

        _depth--;
        return ReadEncoding(new SymbolName($"{kind}{variable}'", [], SpecialName.None));
    }

    private string ReadEncoding(SymbolName name)
    {
        char code = Peek;
        if (code is >= '0' and <= '4') return ReadVariable(name);
        if (TryTake('8')) return name.Full;
        return ReadFunction(name);
    }

    private string ReadVariable(SymbolName name)
    {
        string access = Next() switch { '0' => "private: static ", '1' => "protected: static ", '2' => "public: static ", _ => "" };
        TypeNode type = ReadType(QualifierRule.Drop);
        // The qualifiers of what a pointer points to are repeated here.
        if (type is PointerNode pointer)
        {
            pointer.Qualifiers |= ReadExtendedQualifiers();
            Qualifiers qualifiers = ReadQualifiers(out bool isMember);
            if (isMember || pointer.IsMemberPointer) ReadTypeName();
            if (pointer.Target is not FunctionNode) pointer.Target.Qualifiers |= qualifiers;
        }
        else
        {
            type.Qualifiers |= ReadQualifiers(out _);
        }

        return NameOnly ? name.Full : access + NodeWriter.Text(type, name.Full);
    }

    private string ReadFunction(SymbolName name)
    {
        string linkage = "";
        if (TryTake("$$J0")) linkage = "extern \"C\" ";
        char code = Next();
        if (code == '9') return NameOnly ? name.Full : $"extern \"C\" {name.Full}";
        string adjustment = "";
        FunctionKind? kind = code == '$' ? ReadVirtualDisplacement(ref adjustment) : FunctionKind.Find(code);
        if (kind is null) return Fail();
        if (kind.Value.IsAdjustor) adjustment = string.Create(CultureInfo.InvariantCulture, $"`adjustor{{{ReadNumber()}}}'");
        FunctionNode function = ReadFunctionType(kind.Value.HasThis);
        if (_failed) return "";
        string full = name.Full;
        // A conversion is named after what it returns.
        if (name.Special == SpecialName.Conversion) full += " " + (function.Result is null ? Fail() : NodeWriter.Text(function.Result));
        full += adjustment;
        if (NameOnly) return full;
        NodeWriter writer = new();
        if (adjustment.Length > 0) writer.Add("[thunk]: ");
        writer.Add(kind.Value.Words + linkage);
        function.WriteBefore(writer);
        writer.Add($"{function.Convention} {full}");
        function.WriteAfter(writer);
        return writer.ToString();
    }

    // $0 to $5 and $R0 to $R5: thunks that add to this what the object itself says.
    private FunctionKind? ReadVirtualDisplacement(ref string adjustment)
    {
        bool isExtended = TryTake('R');
        char access = Next();
        if (access is < '0' or > '5') return null;
        // They are of 32 bits, whose sign is not written.
        int[] numbers = new int[isExtended ? 4 : 2];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = unchecked((int)ReadNumber());
        adjustment = $"`vtordisp{(isExtended ? "ex" : "")}{{{string.Join(',', numbers)}}}'";
        string words = ((access - '0') / 2) switch { 0 => "private: ", 1 => "protected: ", _ => "public: " };
        return new FunctionKind(words + "virtual ", HasThis: true, IsAdjustor: false);
    }

    /// <param name="Words">Access, static and virtual as they are written.</param>
    /// <param name="HasThis">It is called on an object.</param>
    /// <param name="IsAdjustor">It is a thunk that adds a number to <c>this</c>.</param>
    private readonly record struct FunctionKind(string Words, bool HasThis, bool IsAdjustor)
    {
        // Eight letters for each access: two plain, two static, two virtual, two thunks. The second of each is of 16-bit far code.
        public static FunctionKind? Find(char code)
        {
            if (code is 'Y' or 'Z') return new FunctionKind("", false, false);
            if (code is < 'A' or > 'X') return null;
            string access = ((code - 'A') / 8) switch { 0 => "private: ", 1 => "protected: ", _ => "public: " };
            return ((code - 'A') / 2 % 4) switch
            {
                0 => new FunctionKind(access, true, false),
                1 => new FunctionKind(access + "static ", false, false),
                2 => new FunctionKind(access + "virtual ", true, false),
                _ => new FunctionKind(access + "virtual ", true, true),
            };
        }
    }
}
