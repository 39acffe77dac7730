using System.Buffers.Binary;
using NetKd.Commands.Language;

namespace NetKd.Commands.Expressions;

/// <summary>
/// The MASM expressions of kernel debuggers: 64-bit unsigned arithmetic over numbers, registers, symbols and memory
/// (facts: kernel-debugging-docs, D.0). Evaluates while it reads and leaves the reader behind the expression, so that a command
/// can have several expressions in a row.
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

    /// <summary>Evaluates the expression at the reader's place.</summary>
    public ulong Evaluate(ArgumentReader reader)
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
                throw reader.Error("Source lines need PDB symbols, which are not loaded: couldn't resolve");
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
        if (found) return value;
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
        return _cpp.Evaluate(inner).Bits;
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

    private static ulong Character(ArgumentReader reader)
    {
        if (reader.Peek(2) != '\'') throw reader.Error("Syntax error");
        ulong value = reader.Peek(1);
        reader.Position += 3;
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
        if (taken == word.Length) return value;
        if (char.IsAsciiDigit(word[0]) && taken > 0)
        {
            reader.Position = start + taken;
            return value;
        }

        string lower = word.ToLowerInvariant();
        if (MasmFunction.IsFunction(lower)) return MasmFunction.Call(lower, reader, this, _scope);
        if (_scope.TryReadRegister(lower, out value)) return value;
        if (_scope.TryResolveSymbol(word, out value)) return value;
        throw ArgumentReader.ErrorAt("Couldn't resolve", reader.Text.AsSpan(start));
    }

    internal ulong Operand(ArgumentReader reader) => Nested(reader);

    internal ulong ReadMemory(ArgumentReader reader, ulong address, int size, bool physical)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        Span<byte> wanted = bytes[..size];
        bool read = physical ? _scope.TryReadPhysical(address, wanted) : _scope.TryReadVirtual(address, wanted);
        return read
            ? BinaryPrimitives.ReadUInt64LittleEndian(bytes)
            : throw ArgumentReader.ErrorAt("Memory access", reader.Rest);
    }

    private static string Word(ArgumentReader reader)
    {
        int start = reader.Position;
        while (true)
        {
            char c = reader.Current;
            bool scope = c == ':' && reader.Peek(1) == ':';
            if (scope) reader.Position += 2;
            else if (NumberText.IsWordCharacter(c) || c == '!' && reader.Peek(1) != '=') reader.Position++;
            else return reader.Text[start..reader.Position];
        }
    }
}
