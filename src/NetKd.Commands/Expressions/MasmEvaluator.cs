using System.Buffers.Binary;
using System.Globalization;
using NetKd.Commands.Language;
using NetKd.Commands.Types;

namespace NetKd.Commands.Expressions;

/// <summary>
/// The MASM expressions of kernel debuggers: 64-bit unsigned arithmetic over numbers, registers, symbols and memory
/// (facts: kernel-debugging-docs, D.0). Evaluates while it reads and leaves the reader behind the expression, so that a command
/// can have several expressions in a row. After <c>.expr /s c++</c> a text is C++ unless it says <c>@@masm()</c>.
/// </summary>
public sealed class MasmEvaluator
{
    // Deep nesting is hostile or a mistake; without a bound it would end the process by stack overflow.
    private const int MaxDepth = 200;

    private readonly IExpressionScope _scope;
    private readonly CppEvaluator _cpp;
    private int _depth;

    /// <summary>An evaluator over what the scope offers.</summary>
    public MasmEvaluator(IExpressionScope scope)
    {
        _scope = scope;
        _cpp = new CppEvaluator(scope, this);
    }

    /// <summary>Evaluates a whole text.</summary>
    public ulong Evaluate(string text)
    {
        ArgumentReader reader = new(text);
        ulong value = Evaluate(reader);
        reader.ExpectEnd();
        return value;
    }

    /// <summary>
    /// Evaluates the expression at the reader's place, in the language that the session has chosen. Every command takes its numbers and
    /// addresses from here, so that <c>.expr</c> holds for all of them.
    /// </summary>
    public ulong Evaluate(ArgumentReader reader)
    {
        if (_depth > 0 || !_scope.PrefersCpp) return EvaluateMasm(reader);
        return _cpp.ToInteger(_cpp.EvaluateArgument(reader));
    }

    /// <summary>Evaluates a whole text as MASM, whatever the session has chosen: <c>@@masm()</c>.</summary>
    internal ulong EvaluateMasm(string text)
    {
        ArgumentReader reader = new(text);
        ulong value = EvaluateMasm(reader);
        reader.ExpectEnd();
        return value;
    }

    private ulong EvaluateMasm(ArgumentReader reader)
    {
        Enter(reader);
        try
        {
            return Binary(reader, lowestPrecedence: 0);
        }
        finally
        {
            _depth--;
        }
    }

    private void Enter(ArgumentReader reader)
    {
        if (_depth >= MaxDepth) throw reader.Error($"Expression nested deeper than {MaxDepth}: overflow error");
        _depth++;
    }

    private ulong Binary(ArgumentReader reader, int lowestPrecedence)
    {
        ulong left = Unary(reader);
        while (true)
        {
            int start = reader.Position;
            MasmOperator? found = MasmOperator.Match(reader);
            if (found is not { } operation || operation.Precedence < lowestPrecedence)
            {
                reader.Position = start;
                return left;
            }

            ulong right = Binary(reader, operation.Precedence + 1);
            if (right == 0 && operation.Divides) throw reader.Error("Divide by zero: overflow error");
            left = operation.Apply(left, right);
        }
    }

    private ulong Unary(ArgumentReader reader)
    {
        reader.SkipBlanks();
        switch (reader.Current)
        {
            case '\0':
                throw new CommandException("Numeric expression missing from '<EOL>'");
            case '+':
                reader.Position++;
                return Nested(reader);
            case '-':
                reader.Position++;
                return unchecked(0UL - Nested(reader));
            case '~':
                reader.Position++;
                return ~Nested(reader);
            case '(':
                return Enclosed(reader, ')');
            case '[':
                return Enclosed(reader, ']');
            case '@':
                return At(reader);
            case '$':
                return Dollar(reader);
            case '\'':
                return Character(reader);
            case '`':
                return SourceLine(reader);
            default:
                return NumberOrName(reader);
        }
    }

    private ulong Nested(ArgumentReader reader)
    {
        Enter(reader);
        try
        {
            return Unary(reader);
        }
        finally
        {
            _depth--;
        }
    }

    private ulong Enclosed(ArgumentReader reader, char close)
    {
        reader.Position++;
        ulong value = Evaluate(reader);
        if (!reader.TryTake(close)) throw reader.Error($"Missing '{close}': syntax error");
        return value;
    }

    private ulong At(ArgumentReader reader)
    {
        if (reader.Peek(1) == '@') return Switched(reader);
        int start = reader.Position++;
        if (reader.Current == '!')
        {
            reader.Position++;
            string quoted = reader.ReadQuoted();
            return _scope.TryResolveSymbol(quoted, out ulong symbol)
                ? symbol
                : throw ArgumentReader.ErrorAt("Couldn't resolve", quoted);
        }

        string name = Word(reader);
        ulong value;
        bool found = name.StartsWith('$')
            ? _scope.TryReadPseudoRegister(name.ToLowerInvariant(), out value)
            : _scope.TryReadRegister(name.ToLowerInvariant(), out value);
        if (found) return Extend(value);
        if (name.StartsWith("$!", StringComparison.Ordinal) || name.Length == 0) throw reader.Error("Syntax error");
        throw reader.Error($"Bad register error at '{reader.Text[start..]}'");
    }

    // @@c++(...), @@masm(...); bare @@(...) means the other evaluator, which is C++ here.
    private ulong Switched(ArgumentReader reader)
    {
        reader.Position += 2;
        bool masm = Take(reader, "masm");
        if (!masm) _ = Take(reader, "c++");
        if (reader.Current != '(') throw reader.Error("Syntax error");
        if (masm) return Enclosed(reader, ')');
        string inner = reader.ReadBlock('(', ')');
        return _cpp.ToInteger(_cpp.Evaluate(inner));
    }

    // `module!file.c:123`, each part but one of file and line may be missing: `file.c:123`, `:123` of the present file (facts: D.0).
    private ulong SourceLine(ArgumentReader reader)
    {
        int start = reader.Position++;
        int end = reader.Rest.IndexOf('`');
        if (end < 0) throw reader.Error("Missing closing back quote: syntax error");
        string text = reader.Rest[..end].ToString().Trim();
        reader.Position += end + 1;
        string quoted = reader.Text[start..reader.Position];
        int bang = text.IndexOf('!', StringComparison.Ordinal);
        string module = bang < 0 ? "" : text[..bang];
        string rest = text[(bang + 1)..];
        int colon = rest.LastIndexOf(':');
        // The colon of a drive ("C:\src\main.c") is followed by a slash, that of a line by digits.
        bool hasLine = colon >= 0 && uint.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        uint line = hasLine ? uint.Parse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture) : 0;
        string file = hasLine ? rest[..colon] : rest;
        if (file.Length == 0 && !hasLine) throw ArgumentReader.ErrorAt("Syntax", quoted);
        return _scope.TryResolveLine(module, file, line, out ulong address) ? address : throw ArgumentReader.ErrorAt("No information found", quoted);
    }

    private static bool Take(ArgumentReader reader, string word)
    {
        if (!reader.Rest.StartsWith(word, StringComparison.OrdinalIgnoreCase)) return false;
        reader.Position += word.Length;
        return true;
    }

    private ulong Dollar(ArgumentReader reader)
    {
        int start = reader.Position;
        string name = Word(reader).ToLowerInvariant();
        if (MasmFunction.IsFunction(name)) return MasmFunction.Call(name, reader, this, _scope);
        if (_scope.TryReadPseudoRegister(name, out ulong value)) return value;
        throw ArgumentReader.ErrorAt("Couldn't resolve", reader.Text.AsSpan(start));
    }

    // 'abc' is 616263: the first character is the most significant.
    private static ulong Character(ArgumentReader reader)
    {
        const int MaxCharacters = 8;
        int length = 1;
        ulong value = 0;
        while (reader.Peek(length) is not ('\'' or '\0')) value = value << 8 | (byte)reader.Peek(length++);
        if (length == 1 || length > MaxCharacters + 1 || reader.Peek(length) != '\'') throw reader.Error("Syntax error");
        reader.Position += length + 1;
        return value;
    }

    // A word is a number when all of it is digits in the present radix; only then registers and symbols are asked. Scripts that mean
    // a register or symbol that looks like a number write @al or nt!add (documented).
    private ulong NumberOrName(ArgumentReader reader)
    {
        int start = reader.Position;
        string word = Word(reader);
        if (word.Length == 0) throw new CommandException($"Numeric expression missing from '{reader.Rest}'");
        int taken = NumberText.Read(word, _scope.Radix, out ulong value);
        if (taken < 0) throw reader.Error("Overflow error");
        if (taken == word.Length) return Extend(value);
        if (char.IsAsciiDigit(word[0]) && taken > 0)
        {
            reader.Position = start + taken;
            return Extend(value);
        }

        string lower = word.ToLowerInvariant();
        if (MasmFunction.IsFunction(lower)) return MasmFunction.Call(lower, reader, this, _scope);
        if (_scope.TryReadRegister(lower, out value)) return Extend(value);
        if (TryVariable(word, out value) || _scope.TryResolveSymbol(word, out value) || TryConstant(word, out value)) return value;
        throw ArgumentReader.ErrorAt("Couldn't resolve", reader.Text.AsSpan(start));
    }

    // In MASM a variable is its address; one that a register holds has none and is its value.
    private bool TryVariable(string word, out ulong value)
    {
        value = 0;
        if (word.Contains('!', StringComparison.Ordinal) || !_scope.Types.TryFindLocal(word, out TypedValue? local)) return false;
        value = local.Address ?? _cpp.ToInteger(local);
        return true;
    }

    private bool TryConstant(string word, out ulong value)
    {
        value = 0;
        if (!_scope.Types.TryFindGlobal(word, out TypedValue? constant) || constant.Address is not null) return false;
        value = _cpp.ToInteger(constant);
        return true;
    }

    // On a 32-bit target all that has 32 bits is taken as an address may be meant: sign-extended (facts: kdnet-wire, appendix B).
    private ulong Extend(ulong value) => _scope.PointerSize == 4 && value >> 32 == 0 ? unchecked((ulong)(int)(uint)value) : value;

    internal ulong Operand(ArgumentReader reader) => Nested(reader);

    internal ulong ReadMemory(ArgumentReader reader, ulong address, int size, bool physical)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        Span<byte> wanted = bytes[..size];
        bool read = physical ? _scope.TryReadPhysical(address, wanted) : _scope.TryReadVirtual(address, wanted);
        return read
            ? Extend(BinaryPrimitives.ReadUInt64LittleEndian(bytes))
            : throw ArgumentReader.ErrorAt("Memory access", reader.Rest);
    }

    private static string Word(ArgumentReader reader)
    {
        int start = reader.Position;
        while (true)
        {
            char c = reader.Current;
            bool scope = c == ':' && reader.Peek(1) == ':';
            // C# writes its scopes with dots: Kernel.Scheduler.Switch.
            bool dot = c == '.' && reader.Position > start && NumberText.IsWordCharacter(reader.Text[reader.Position - 1]) && (char.IsLetter(reader.Peek(1)) || reader.Peek(1) == '_');
            if (scope) reader.Position += 2;
            else if (dot || NumberText.IsWordCharacter(c) || c == '!' && reader.Peek(1) != '=') reader.Position++;
            else return reader.Text[start..reader.Position];
        }
    }
}
