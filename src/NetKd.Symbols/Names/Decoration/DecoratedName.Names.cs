using System.Globalization;

namespace NetKd.Symbols.Names.Decoration;

/// <summary>Names with their scopes, and templates with their arguments.</summary>
internal sealed partial class DecoratedName
{
    private const string AnonymousPrefix = "?A";
    private const string AnonymousNamespace = "`anonymous namespace'";

    /// <summary>A name as it is read: text, except where the rest of the symbol decides.</summary>
    /// <param name="Text">The innermost name.</param>
    /// <param name="Scopes">The scopes around it, outermost first.</param>
    /// <param name="Special">What else has to be known to write it.</param>
    private readonly record struct SymbolName(string Text, List<string> Scopes, SpecialName Special)
    {
        public string Full => Scopes.Count == 0 ? Text : $"{string.Join("::", Scopes)}::{Text}";
    }

    private enum SpecialName
    {
        None,
        Constructor,
        Destructor,
        Conversion,
    }

    // The symbol's own name, innermost first, then its scopes up to an @.
    private SymbolName ReadSymbolName()
    {
        string text = ReadUnqualifiedSymbolName(out SpecialName special);
        List<string> scopes = ReadScopes();
        if (special is SpecialName.Constructor or SpecialName.Destructor)
        {
            // They are named after their class.
            if (scopes.Count == 0) return new SymbolName(Fail(), scopes, special);
            text = (special == SpecialName.Destructor ? "~" : "") + scopes[^1] + text;
        }

        return new SymbolName(text, scopes, special);
    }

    private string ReadUnqualifiedSymbolName(out SpecialName special)
    {
        special = SpecialName.None;
        if (char.IsAsciiDigit(Peek)) return NameOfDigit();
        if (StartsWith("?$")) return ReadTemplate(out special, remember: false);
        if (TryTake('?')) return ReadOperator(out special);
        return ReadSimpleName();
    }

    private string ReadOperator(out SpecialName special)
    {
        string code = Next().ToString();
        if (code == "_") code += Next();
        if (code == "__") code += Next();
        special = code switch { "0" => SpecialName.Constructor, "1" => SpecialName.Destructor, "B" => SpecialName.Conversion, _ => SpecialName.None };
        if (special is SpecialName.Constructor or SpecialName.Destructor) return "";
        if (special == SpecialName.Conversion) return "operator";
        if (code == "__K") return $"operator \"\"{ReadSimpleName()}";
        return OperatorNames.Find(code) ?? Fail();
    }

    private string ReadSimpleName()
    {
        string name = Until('@');
        if (name.Length == 0) return Fail();
        Remember(name);
        return name;
    }

    private List<string> ReadScopes()
    {
        List<string> scopes = [];
        while (!_failed && !TryTake('@')) scopes.Insert(0, ReadScope());
        return scopes;
    }

    private string ReadScope()
    {
        if (char.IsAsciiDigit(Peek)) return NameOfDigit();
        if (StartsWith("?$")) return ReadTemplate(out _, remember: true);
        if (TryTake("?A"))
        {
            // A hash of the file follows, which says nothing to people; it counts as a name of its own.
            Remember(AnonymousPrefix + Until('@'));
            return AnonymousNamespace;
        }

        if (TryTake("?Q")) return ReadSimpleName();
        return TryTake('?') ? ReadLocalScope() : ReadSimpleName();
    }

    // ?1??Main@@YAHXZ is the second block of the function Main: the number, and the function as a whole symbol.
    private string ReadLocalScope()
    {
        if (!Enter()) return "";
        long number = ReadNumber();
        Expect("?");
        string function = ReadSymbol();
        _depth--;
        return string.Create(CultureInfo.InvariantCulture, $"`{function}'::`{number}'");
    }

    // The arguments have back-references of their own; the name with its arguments counts as one name outside.
    private string ReadTemplate(out SpecialName special, bool remember)
    {
        special = SpecialName.None;
        Expect("?$");
        if (!Enter()) return "";
        (List<string> names, List<TypeNode> parameters) = (_names, _parameters);
        (_names, _parameters) = ([], []);
        string name = ReadUnqualifiedSymbolName(out special);
        string arguments = ReadTemplateArguments();
        (_names, _parameters) = (names, parameters);
        _depth--;
        string text = name + arguments;
        if (text.Length > NodeWriter.MaxLength) return Fail();
        if (remember) Remember(text);
        return text;
    }

    private string ReadTemplateArguments()
    {
        List<string> arguments = [];
        while (!_failed && !TryTake('@'))
        {
            if (TryTake("$S") || TryTake("$$V") || TryTake("$$$V") || TryTake("$$Z")) continue;
            arguments.Add(ReadTemplateArgument());
        }

        string text = string.Join(',', arguments);
        return $"<{text}>";
    }

    private string ReadTemplateArgument()
    {
        if (TryTake("$$Y")) return ReadTypeName();
        if (TryTake("$$B")) return NodeWriter.Text(ReadType(QualifierRule.Drop));
        if (TryTake("$$C")) return NodeWriter.Text(ReadType(QualifierRule.Mangle));
        if (TryTake("$M"))
        {
            // The type of a placeholder comes first: it does not show.
            ReadType(QualifierRule.Drop);
            return ReadValueArgument();
        }

        if (Peek == '$' && !StartsWith("$$"))
        {
            _at++;
            return ReadValueArgument();
        }

        return NodeWriter.Text(ReadType(QualifierRule.Drop));
    }

    private string ReadValueArgument()
    {
        char kind = Next();
        switch (kind)
        {
            case '0':
                // Unsigned ones reach beyond the range of signed ones; a sign is written.
                bool isNegative = Peek == '?';
                long number = ReadNumber();
                return isNegative ? number.ToString(CultureInfo.InvariantCulture) : unchecked((ulong)number).ToString(CultureInfo.InvariantCulture);
            case '1' when Peek == '?':
                return "&" + ReadNested();
            case 'E' when Peek == '?':
                return ReadNested();
            case 'F' or 'G':
                return Braces("", kind == 'F' ? 2 : 3);
            case 'H' or 'I' or 'J':
                string symbol = Peek == '?' ? ReadNested() : "";
                return Braces(symbol, kind - 'H' + 1);
            default:
                return Fail();
        }
    }

    // A pointer to a member of a class with several bases: the symbol, and what to add to the object's address.
    private string Braces(string symbol, int numbers)
    {
        List<string> parts = symbol.Length == 0 ? [] : [symbol];
        for (int i = 0; i < numbers; i++) parts.Add(ReadNumber().ToString(CultureInfo.InvariantCulture));
        return $"{{{string.Join(',', parts)}}}";
    }

    private string ReadNested()
    {
        if (!Enter()) return "";
        string symbol = ReadSymbol();
        _depth--;
        return symbol;
    }

    // The name of a type: its own name counts for back-references, templates included.
    private string ReadTypeName()
    {
        string text;
        if (char.IsAsciiDigit(Peek)) text = NameOfDigit();
        else if (StartsWith("?$")) text = ReadTemplate(out _, remember: true);
        else text = ReadSimpleName();
        List<string> scopes = ReadScopes();
        return scopes.Count == 0 ? text : $"{string.Join("::", scopes)}::{text}";
    }
}
