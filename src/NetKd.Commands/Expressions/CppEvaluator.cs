using NetKd.Commands.Language;

namespace NetKd.Commands.Expressions;

/// <summary>
/// The C++ expressions of <c>??</c> and <c>@@c++()</c>, over integers and registers. Numbers are decimal without a prefix, as in C++.
/// Names need type information, so they are refused with a line that says so.
/// </summary>
public sealed class CppEvaluator
{
    private const int MaxDepth = 200;

    // Longest spellings first; precedence as in C++.
    private static readonly (string Spelling, int Precedence)[] s_operators =
    [
        ("||", 1), ("&&", 2), ("==", 6), ("!=", 6), ("<=", 7), (">=", 7), ("<<", 8), (">>", 8), ("|", 3), ("^", 4), ("&", 5),
        ("<", 7), (">", 7), ("+", 9), ("-", 9), ("*", 10), ("/", 10), ("%", 10),
    ];

    private readonly IExpressionScope _scope;
    private readonly MasmEvaluator _masm;
    private int _depth;

    /// <summary>An evaluator over a scope; <c>@@masm()</c> inside goes to <paramref name="masm"/>.</summary>
    public CppEvaluator(IExpressionScope scope, MasmEvaluator masm)
    {
        _scope = scope;
        _masm = masm;
    }

    /// <summary>Evaluates a whole text.</summary>
    public CppValue Evaluate(string text)
    {
        _depth = 0;
        ArgumentReader reader = new(text);
        CppValue value = Conditional(reader);
        reader.ExpectEnd();
        return value;
    }

    private CppValue Conditional(ArgumentReader reader)
    {
        if (++_depth > MaxDepth) throw reader.Error($"Expression nested deeper than {MaxDepth}: overflow error");
        CppValue condition = Binary(reader, 1);
        if (reader.TryTake('?'))
        {
            CppValue whenTrue = Conditional(reader);
            if (!reader.TryTake(':')) throw reader.Error("Missing ':': syntax error");
            CppValue whenFalse = Conditional(reader);
            condition = condition.Bits != 0 ? whenTrue : whenFalse;
        }

        _depth--;
        return condition;
    }

    private CppValue Binary(ArgumentReader reader, int lowest)
    {
        CppValue left = Unary(reader);
        while (true)
        {
            reader.SkipBlanks();
            (string spelling, int precedence) = Match(reader);
            if (precedence < lowest || precedence == 0) return left;
            reader.Position += spelling.Length;
            CppValue right = Binary(reader, precedence + 1);
            left = Apply(reader, spelling, left, right);
        }
    }

    private static (string Spelling, int Precedence) Match(ArgumentReader reader)
    {
        foreach ((string spelling, int precedence) candidate in s_operators)
        {
            if (reader.Rest.StartsWith(candidate.spelling, StringComparison.Ordinal)) return candidate;
        }

        return ("", 0);
    }

    private static CppValue Apply(ArgumentReader reader, string spelling, CppValue left, CppValue right)
    {
        CppIntegerType type = (CppIntegerType)Math.Max((int)CppIntegerType.Int, Math.Max((int)left.Type, (int)right.Type));
        bool signed = type is CppIntegerType.Int or CppIntegerType.Int64;
        ulong a = CppValue.Of(left.Bits, type).Bits;
        ulong b = CppValue.Of(right.Bits, type).Bits;
        if (b == 0 && (spelling is "/" or "%")) throw reader.Error("Divide by zero: overflow error");
        // The one signed division that does not fit: the smallest number by minus one. The processor would trap on it.
        bool wraps = signed && b == ulong.MaxValue;
        unchecked
        {
            return spelling switch
            {
                "||" => Bool(left.Bits != 0 || right.Bits != 0),
                "&&" => Bool(left.Bits != 0 && right.Bits != 0),
                "==" => Bool(a == b),
                "!=" => Bool(a != b),
                "<" => Bool(signed ? (long)a < (long)b : a < b),
                ">" => Bool(signed ? (long)a > (long)b : a > b),
                "<=" => Bool(signed ? (long)a <= (long)b : a <= b),
                ">=" => Bool(signed ? (long)a >= (long)b : a >= b),
                "|" => CppValue.Of(a | b, type),
                "^" => CppValue.Of(a ^ b, type),
                "&" => CppValue.Of(a & b, type),
                "+" => CppValue.Of(a + b, type),
                "-" => CppValue.Of(a - b, type),
                "*" => CppValue.Of(a * b, type),
                "/" when wraps => CppValue.Of(0 - a, type),
                "%" when wraps => CppValue.Of(0, type),
                "/" => CppValue.Of(signed ? (ulong)((long)a / (long)b) : a / b, type),
                "%" => CppValue.Of(signed ? (ulong)((long)a % (long)b) : a % b, type),
                "<<" => CppValue.Of(b > 63 ? 0 : left.Bits << (int)b, left.Type),
                _ => CppValue.Of(b > 63 ? 0 : left.IsSigned ? (ulong)((long)left.Bits >> (int)b) : left.Bits >> (int)b, left.Type),
            };
        }
    }

    private static CppValue Bool(bool value) => new(value ? 1UL : 0, CppIntegerType.Bool);

    private CppValue Unary(ArgumentReader reader)
    {
        if (++_depth > MaxDepth) throw reader.Error($"Expression nested deeper than {MaxDepth}: overflow error");
        reader.SkipBlanks();
        char c = reader.Current;
        CppValue value;
        if (c is '-' or '+' or '~' or '!')
        {
            reader.Position++;
            CppValue operand = Unary(reader);
            CppIntegerType type = operand.Type == CppIntegerType.Bool ? CppIntegerType.Int : operand.Type;
            value = c switch
            {
                '-' => CppValue.Of(unchecked(0 - operand.Bits), type),
                '~' => CppValue.Of(~operand.Bits, type),
                '!' => Bool(operand.Bits == 0),
                _ => CppValue.Of(operand.Bits, type),
            };
        }
        else if (c == '(')
        {
            reader.Position++;
            value = Conditional(reader);
            if (!reader.TryTake(')')) throw reader.Error("Missing ')': syntax error");
        }
        else
        {
            value = c == '@' ? Register(reader) : char.IsAsciiDigit(c) ? Number(reader) : throw Refuse(reader);
        }

        _depth--;
        return value;
    }

    private CppValue Register(ArgumentReader reader)
    {
        if (reader.Rest.StartsWith("@@masm(", StringComparison.OrdinalIgnoreCase))
        {
            reader.Position += "@@masm".Length;
            return new CppValue(_masm.Evaluate(reader.ReadBlock('(', ')')), CppIntegerType.UnsignedInt64);
        }

        reader.Position++;
        int start = reader.Position;
        while (NumberText.IsWordCharacter(reader.Current)) reader.Position++;
        string name = reader.Text[start..reader.Position].ToLowerInvariant();
        bool found = name.StartsWith('$')
            ? _scope.TryReadPseudoRegister(name, out ulong value)
            : _scope.TryReadRegister(name, out value);
        return found ? new CppValue(value, CppIntegerType.UnsignedInt64) : throw reader.Error("Bad register error");
    }

    private static CppValue Number(ArgumentReader reader)
    {
        bool hexadecimal = reader.Current == '0' && reader.Peek(1) is 'x' or 'X';
        int taken = NumberText.Read(reader.Rest, 10, out ulong value);
        if (taken < 0) throw reader.Error("Overflow error");
        reader.Position += taken;
        bool unsigned = false, wide = false;
        while (char.ToLowerInvariant(reader.Current) is 'u' or 'l')
        {
            if (reader.Current is 'u' or 'U') unsigned = true;
            else wide |= reader.Peek(1) is 'l' or 'L' || wide;
            reader.Position++;
        }

        CppIntegerType type =
            value > long.MaxValue ? CppIntegerType.UnsignedInt64 :
            wide || value > uint.MaxValue ? (unsigned ? CppIntegerType.UnsignedInt64 : CppIntegerType.Int64) :
            unsigned || (value > int.MaxValue && hexadecimal) ? CppIntegerType.UnsignedInt :
            value > int.MaxValue ? CppIntegerType.Int64 : CppIntegerType.Int;
        return new CppValue(value, type);
    }

    private static CommandException Refuse(ArgumentReader reader) =>
        reader.AtEnd
            ? new CommandException("Numeric expression missing from '<EOL>'")
            : new CommandException($"C++ expressions take integers and registers (@rax, @$t0) only; no type information for '{reader.Rest}'. Use ? for symbols.");
}
