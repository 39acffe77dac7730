using NetKd.Commands.Language;
using NetKd.Commands.Types;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Expressions;

/// <summary>
/// The C++ expressions of <c>??</c>, <c>@@c++()</c> and <c>.expr /s c++</c>: every operator of the language over values of the target's types.
/// Numbers are decimal without a prefix; registers need their @. Evaluates while it reads.
/// </summary>
public sealed partial class CppEvaluator
{
    // Deep nesting is hostile or a mistake; without a bound it would end the process by stack overflow.
    private const int MaxDepth = 200;

    // Longest spellings first; precedence as in C++.
    private static readonly (string Spelling, int Precedence)[] s_operators =
    [
        ("||", 1), ("&&", 2), ("==", 6), ("!=", 6), ("<=", 7), (">=", 7), ("<<", 8), (">>", 8), ("|", 3), ("^", 4), ("&", 5),
        ("<", 7), (">", 7), ("+", 9), ("-", 9), ("*", 10), ("/", 10), ("%", 10),
    ];

    private static readonly string[] s_assignments = ["<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "="];

    private readonly IExpressionScope _scope;
    private readonly MasmEvaluator _masm;
    private readonly CppTypeReader _types;
    private readonly CppArithmetic _arithmetic;
    private readonly ValueReader _values;
    private int _depth;

    /// <summary>An evaluator over a scope; <c>@@masm()</c> inside goes to <paramref name="masm"/>.</summary>
    public CppEvaluator(IExpressionScope scope, MasmEvaluator masm)
    {
        _scope = scope;
        _masm = masm;
        _types = new CppTypeReader(scope);
        _values = new ValueReader(scope);
        _arithmetic = new CppArithmetic(scope, _values);
    }

    /// <summary>Evaluates a whole text.</summary>
    public TypedValue Evaluate(string text)
    {
        ArgumentReader reader = new(text);
        TypedValue value = Evaluate(reader);
        reader.ExpectEnd();
        return value;
    }

    /// <summary>Evaluates the expression at the reader's place and leaves the reader behind it.</summary>
    public TypedValue Evaluate(ArgumentReader reader) => Evaluate(reader, Comma);

    /// <summary>As <see cref="Evaluate(ArgumentReader)"/>, up to a comma: it separates the arguments of commands.</summary>
    public TypedValue EvaluateArgument(ArgumentReader reader) => Evaluate(reader, Assignment);

    private TypedValue Evaluate(ArgumentReader reader, Func<ArgumentReader, TypedValue> evaluate)
    {
        ArgumentNullException.ThrowIfNull(reader);
        int depth = _depth;
        int unevaluated = _arithmetic.Unevaluated;
        try
        {
            return evaluate(reader);
        }
        finally
        {
            _depth = depth;
            _arithmetic.Unevaluated = unevaluated;
        }
    }

    /// <summary>A value as 64 bits, as commands that want a number or an address take it.</summary>
    public ulong ToInteger(TypedValue value) => _arithmetic.Bits(value);

    private TypedValue Comma(ArgumentReader reader)
    {
        TypedValue value = Assignment(reader);
        while (reader.TryTake(',')) value = Assignment(reader);
        return value;
    }

    private TypedValue Assignment(ArgumentReader reader)
    {
        if (++_depth > MaxDepth) throw reader.Error($"Expression nested deeper than {MaxDepth}: overflow error");
        TypedValue value = Conditional(reader);
        reader.SkipBlanks();
        string? operation = reader.Rest.StartsWith("==") ? null : Array.Find(s_assignments, spelling => reader.Rest.StartsWith(spelling, StringComparison.Ordinal));
        if (operation is not null)
        {
            reader.Position += operation.Length;
            TypedValue right = Assignment(reader);
            value = Assign(reader, value, operation.Length == 1 ? right : _arithmetic.Binary(reader, operation[..^1], value, right));
        }

        _depth--;
        return value;
    }

    private TypedValue Assign(ArgumentReader reader, TypedValue target, TypedValue value)
    {
        if (target.Type.Plain is PointerType { Kind: PointerKind.Reference or PointerKind.RValueReference }) target = _arithmetic.Decay(target);
        TypedValue converted = _arithmetic.Convert(reader, value, target.Type.Plain);
        if (_arithmetic.Unevaluated > 0) return target;
        ReadOnlyMemory<byte> bytes = _values.Bytes(converted);
        _values.Write(target, bytes.Span);
        return target.Place switch
        {
            MemoryPlace memory => TypedValue.InMemory(target.Type, memory.Address),
            RegisterPlace register => TypedValue.InRegister(target.Type, register.Name, bytes),
            _ => converted,
        };
    }

    private TypedValue Conditional(ArgumentReader reader)
    {
        TypedValue condition = Binary(reader, 1);
        if (!reader.TryTake('?')) return condition;
        bool isTrue = _arithmetic.IsTrue(condition);
        TypedValue whenTrue = Maybe(isTrue, () => Assignment(reader));
        if (!reader.TryTake(':')) throw reader.Error("Missing ':': syntax error");
        TypedValue whenFalse = Maybe(!isTrue, () => Assignment(reader));
        return isTrue ? whenTrue : whenFalse;
    }

    private TypedValue Binary(ArgumentReader reader, int lowest)
    {
        TypedValue left = Unary(reader);
        while (true)
        {
            reader.SkipBlanks();
            (string spelling, int precedence) = Match(reader);
            if (precedence < lowest || precedence == 0) return left;
            reader.Position += spelling.Length;
            if (spelling is "&&" or "||")
            {
                bool first = _arithmetic.IsTrue(left);
                bool matters = first == (spelling == "&&");
                TypedValue second = Maybe(matters, () => Binary(reader, precedence + 1));
                left = CppArithmetic.Bool(matters ? _arithmetic.IsTrue(second) : first);
                continue;
            }

            left = _arithmetic.Binary(reader, spelling, left, Binary(reader, precedence + 1));
        }
    }

    // What does not matter is still read to its end, without touching the target.
    private TypedValue Maybe(bool matters, Func<TypedValue> evaluate)
    {
        if (matters) return evaluate();
        _arithmetic.Unevaluated++;
        TypedValue value = evaluate();
        _arithmetic.Unevaluated--;
        return value;
    }

    private static (string Spelling, int Precedence) Match(ArgumentReader reader)
    {
        foreach ((string spelling, int precedence) candidate in s_operators)
        {
            if (!reader.Rest.StartsWith(candidate.spelling, StringComparison.Ordinal)) continue;
            bool assigns = reader.Peek(candidate.spelling.Length) == '=' && candidate.precedence is not (1 or 2 or 6) && !candidate.spelling.EndsWith('=');
            return assigns && candidate.spelling is not ("<" or ">") ? ("", 0) : candidate;
        }

        return ("", 0);
    }

    private TypedValue Unary(ArgumentReader reader)
    {
        if (++_depth > MaxDepth) throw reader.Error($"Expression nested deeper than {MaxDepth}: overflow error");
        reader.SkipBlanks();
        TypedValue value = reader.Current switch
        {
            '+' or '-' when reader.Peek(1) == reader.Current => Increment(reader),
            '-' or '+' or '~' or '!' => Signed(reader),
            '*' => Dereferenced(reader),
            '&' => AddressOf(reader),
            '(' when TryCast(reader, out TypeInfo? type) => _arithmetic.Convert(reader, Unary(reader), type!),
            _ => Postfix(reader, Primary(reader)),
        };
        _depth--;
        return value;
    }

    private TypedValue Signed(ArgumentReader reader)
    {
        char operation = reader.Current;
        reader.Position++;
        return _arithmetic.Unary(reader, operation, Unary(reader));
    }

    private TypedValue Increment(ArgumentReader reader)
    {
        string operation = reader.Current.ToString();
        reader.Position += 2;
        TypedValue target = Unary(reader);
        return Assign(reader, target, _arithmetic.Binary(reader, operation, target, TypedValue.OfInteger(BuiltInTypes.Int, 1)));
    }

    private TypedValue Dereferenced(ArgumentReader reader)
    {
        reader.Position++;
        TypedValue pointer = _arithmetic.Decay(Unary(reader));
        if (pointer.Type.Plain is not PointerType type) throw ArgumentReader.ErrorAt("Type conflict", reader.Rest.IsEmpty ? "<EOL>" : reader.Rest);
        return _arithmetic.Target(pointer, type);
    }

    private TypedValue AddressOf(ArgumentReader reader)
    {
        reader.Position++;
        TypedValue operand = Unary(reader);
        if (operand.Type.Plain is PointerType { Kind: PointerKind.Reference or PointerKind.RValueReference }) operand = _arithmetic.Decay(operand);
        if (operand.Address is not ulong address) throw new CommandException("Operand error: only what is in memory has an address; this value is in a register or nowhere.");
        if (ValueReader.BitFieldOf(operand.Type) is not null) throw new CommandException("Operand error: a bit field has no address.");
        return TypedValue.OfInteger(ComposedTypes.PointerTo(operand.Type, _scope.PointerSize), address);
    }

    private bool TryCast(ArgumentReader reader, out TypeInfo? type)
    {
        int start = reader.Position++;
        reader.SkipBlanks();
        int nameStart = reader.Position;
        bool found = _types.TryRead(reader, out type, out bool isPlainName) && reader.TryTake(')');
        // A variable hides a type of its name, as in C++.
        if (found && isPlainName && TryVariable(reader.Text[nameStart..(reader.Position - 1)].Trim(), out _)) found = false;
        if (!found) reader.Position = start;
        return found;
    }
}
