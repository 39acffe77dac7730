using System.Buffers.Binary;
using System.Globalization;

namespace NetKd.Symbols.Unwinding;

/// <summary>
/// Runs the program of a frame data record: words in postfix order, <c>$T0 .raSearch = $eip $T0 ^ = $esp $T0 4 + =</c>. Names are registers and
/// temporaries with <c>$</c> and facts of the frame with a dot; <c>^</c> reads memory, <c>@</c> rounds down to a multiple, <c>=</c> assigns.
/// Arithmetic is of 32 bits. Bounded: programs have no loops, and their words and stack are limited.
/// </summary>
public static class X86FrameProgram
{
    private const int MaxWords = 256;
    private const int MaxStack = 32;

    /// <summary>Runs a program over variables by name, which it changes. False when it is damaged, names something unknown, or reads what cannot be read.</summary>
    public static bool TryRun(string program, IAddressReader memory, IDictionary<string, uint> variables)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(variables);
        List<string> stack = [];
        string[] words = program.Split(' ', MaxWords + 1, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > MaxWords) return false;
        foreach (string word in words)
        {
            if (word is "=")
            {
                if (!TryPop(stack, variables, out uint value) || stack.Count == 0 || !stack[^1].StartsWith('$')) return false;
                variables[stack[^1]] = value;
                stack.RemoveAt(stack.Count - 1);
            }
            else if (word is "^")
            {
                if (!TryPop(stack, variables, out uint address) || !TryRead(memory, address, out uint value)) return false;
                Push(stack, value);
            }
            else if (word is "+" or "-" or "*" or "/" or "%" or "@")
            {
                if (!TryPop(stack, variables, out uint right) || !TryPop(stack, variables, out uint left)) return false;
                if (Calculate(word[0], left, right) is not { } result) return false;
                Push(stack, result);
            }
            else
            {
                if (stack.Count == MaxStack) return false;
                stack.Add(word);
            }
        }

        return stack.Count == 0;
    }

    internal static bool TryRead(IAddressReader memory, uint address, out uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        // Addresses of 32-bit targets are sign-extended.
        bool done = memory.Read(unchecked((ulong)(int)address), bytes) == 4;
        value = done ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        return done;
    }

    private static uint? Calculate(char operation, uint left, uint right) => operation switch
    {
        '+' => unchecked(left + right),
        '-' => unchecked(left - right),
        '*' => unchecked(left * right),
        '/' => right == 0 ? null : left / right,
        '%' => right == 0 ? null : left % right,
        _ => right == 0 ? null : left - left % right,
    };

    private static void Push(List<string> stack, uint value) => stack.Add(value.ToString(CultureInfo.InvariantCulture));

    private static bool TryPop(List<string> stack, IDictionary<string, uint> variables, out uint value)
    {
        value = 0;
        if (stack.Count == 0) return false;
        string word = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        if (variables.TryGetValue(word, out value)) return true;
        if (!int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
            return uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        value = unchecked((uint)number);
        return true;
    }
}
