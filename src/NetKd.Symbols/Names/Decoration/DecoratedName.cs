namespace NetKd.Symbols.Names.Decoration;

/// <summary>
/// One reading of a decorated C++ name, from its first character to its last (LLVM documents the scheme in MicrosoftDemangle's tests; Wikibooks,
/// "Visual C++ name mangling"). What cannot be read ends the reading: nothing is guessed. Depth, nodes and the length of what comes out are bounded.
/// </summary>
/// <remarks>Names are in DecoratedName.Names.cs, types in .Types.cs, functions and variables in .Encodings.cs, string literals in .Literals.cs.</remarks>
internal sealed partial class DecoratedName
{
    private const int MaxDepth = 64;
    private const int MaxBackReferences = 10;

    private readonly string _text;
    private readonly DecoratedNameStyle _style;
    private int _at;
    private int _depth;
    private bool _failed;

    // A digit stands for one of the first ten names, or of the first ten parameter types; a template's arguments have lists of their own.
    private List<string> _names = [];
    private List<TypeNode> _parameters = [];

    private DecoratedName(string text, DecoratedNameStyle style)
    {
        _text = text;
        _style = style;
    }

    private bool NameOnly => _style == DecoratedNameStyle.NameOnly;

    /// <summary>What a decorated name stands for; null when it is not one.</summary>
    public static string? Undecorate(string text, DecoratedNameStyle style)
    {
        DecoratedName name = new(text, style);
        string result = text[0] == '.' ? name.ReadTypeDescriptorName() : name.ReadSymbol();
        return name._failed || name._at < text.Length || result.Length > NodeWriter.MaxLength ? null : result;
    }

    // .?AUPoint@shapes@@ is the name of a type as run-time type information holds it, and as type records do.
    private string ReadTypeDescriptorName()
    {
        Expect(".");
        TypeNode type = ReadType(QualifierRule.Result);
        string name = NodeWriter.Text(type);
        return NameOnly ? name : name + " `RTTI Type Descriptor Name'";
    }

    private char Peek => _at < _text.Length ? _text[_at] : '\0';

    private bool StartsWith(string prefix) => string.CompareOrdinal(_text, _at, prefix, 0, prefix.Length) == 0;

    private char Next()
    {
        if (_at < _text.Length) return _text[_at++];
        _failed = true;
        return '\0';
    }

    private bool TryTake(char wanted)
    {
        if (Peek != wanted || wanted == '\0') return false;
        _at++;
        return true;
    }

    private bool TryTake(string wanted)
    {
        if (!StartsWith(wanted)) return false;
        _at += wanted.Length;
        return true;
    }

    private void Expect(string wanted) => _failed |= !TryTake(wanted);

    private string Fail()
    {
        _failed = true;
        return "";
    }

    private string Until(char end)
    {
        int stop = _text.IndexOf(end, Math.Min(_at, _text.Length));
        if (stop < 0) return Fail();
        string part = _text[_at..stop];
        _at = stop + 1;
        return part;
    }

    // A digit stands for the number above it; else hexadecimal digits from A, ended by @. A question mark in front negates.
    private long ReadNumber()
    {
        bool isNegative = TryTake('?');
        if (char.IsAsciiDigit(Peek)) return isNegative ? -(Next() - '0' + 1) : Next() - '0' + 1;
        ulong value = 0;
        for (int digits = 0; !TryTake('@'); digits++)
        {
            char digit = Next();
            if (digit is < 'A' or > 'P' || digits >= 16)
            {
                _failed = true;
                return 0;
            }

            value = value << 4 | (uint)(digit - 'A');
        }

        return isNegative ? unchecked(-(long)value) : unchecked((long)value);
    }

    private void Remember(string name)
    {
        if (_names.Count < MaxBackReferences && !_names.Contains(name)) _names.Add(name);
    }

    private string NameOfDigit()
    {
        int index = Next() - '0';
        if (index >= _names.Count) return Fail();
        return _names[index].StartsWith(AnonymousPrefix, StringComparison.Ordinal) ? AnonymousNamespace : _names[index];
    }

    // Guards against names that nest without end.
    private bool Enter()
    {
        if (++_depth > MaxDepth) _failed = true;
        return !_failed;
    }
}
