using System.Globalization;
using System.Text;

namespace NetKd.Commands.Control;

/// <summary>The format language of <c>.printf</c>: C's, and the debugger's own letters (facts: kernel-debugging-docs, D.0).</summary>
internal sealed class FormatText(CommandSession session)
{
    private const int MaxWidth = 1024;
    private const int MaxStringBytes = 4096;

    /// <summary>Formats with the arguments that follow in the command, each after a comma.</summary>
    public string Format(string format, ArgumentReader arguments)
    {
        StringBuilder result = new();
        int position = 0;
        while (position < format.Length)
        {
            char c = format[position++];
            if (c == '\\' && position < format.Length) result.Append(Escape(format[position++]));
            else if (c != '%') result.Append(c);
            else result.Append(Conversion(format, ref position, arguments));
        }

        return result.ToString();
    }

    private static char Escape(char c) => c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', _ => c };

    private string Conversion(string format, ref int position, ArgumentReader arguments)
    {
        bool left = false, zeros = false;
        for (; position < format.Length && format[position] is '-' or '0' or '#' or '+' or ' '; position++)
        {
            left |= format[position] == '-';
            zeros |= format[position] == '0';
        }

        int width = ReadNumber(format, ref position);
        int precision = -1;
        if (position < format.Length && format[position] == '.')
        {
            position++;
            precision = ReadNumber(format, ref position);
        }

        (bool IsWide, bool IsLong) size = ReadSize(format, ref position);
        bool wide = size.IsWide;
        if (position >= format.Length) throw new CommandException("The format ends inside a % conversion.");
        char letter = format[position++];
        string text = letter switch
        {
            '%' => "%",
            'd' or 'i' => wide ? $"{unchecked((long)Argument(arguments))}" : $"{unchecked((int)Argument(arguments))}",
            'u' => wide ? $"{Argument(arguments)}" : $"{unchecked((uint)Argument(arguments))}",
            'x' => wide ? $"{Argument(arguments):x}" : $"{unchecked((uint)Argument(arguments)):x}",
            'X' => wide ? $"{Argument(arguments):X}" : $"{unchecked((uint)Argument(arguments)):X}",
            'o' => Convert.ToString(unchecked((long)(wide ? Argument(arguments) : (uint)Argument(arguments))), 8),
            'c' => Character(Argument(arguments)),
            'p' or 'N' => Argument(arguments).ToString(session.Scope.PointerSize == 8 ? "x16" : "x8"),
            'y' => Named(Argument(arguments), withLine: size.IsLong),
            'm' => TargetText(format, ref position, arguments),
            's' or 'S' => throw new CommandException("%s takes a text of the debugger, which there is none of; %ma and %mu print text at an address."),
            _ => throw new CommandException($"%{letter} is not a conversion of .printf."),
        };
        if (precision >= 0 && letter is 'd' or 'i' or 'u' or 'x' or 'X' or 'o') text = text.PadLeft(Math.Max(precision, 0), '0');
        else if (precision >= 0 && text.Length > precision) text = text[..precision];
        return left ? text.PadRight(width) : text.PadLeft(width, zeros ? '0' : ' ');
    }

    private static string Character(ulong value)
    {
        char c = unchecked((char)value);
        return char.IsControl(c) ? "." : c.ToString();
    }

    // %ma %mu: a string at an address; %msa %msu: a counted one (ANSI_STRING, UNICODE_STRING).
    private string TargetText(string format, ref int position, ArgumentReader arguments)
    {
        bool counted = position < format.Length && format[position] == 's';
        if (counted) position++;
        char letter = position < format.Length ? format[position++] : '\0';
        if (letter is not ('a' or 'u')) throw new CommandException("Write %ma, %mu, %msa or %msu for text at an address.");
        ulong address = Argument(arguments);
        int length = MaxStringBytes;
        if (counted)
        {
            byte[] header = new byte[16];
            if (session.Client.Virtual.Read(address, header) != header.Length) throw new CommandException($"Memory access error at {session.Address(address)}");
            length = Math.Min(length, BitConverter.ToUInt16(header));
            address = BitConverter.ToUInt64(header, 8);
        }

        byte[] bytes = new byte[length];
        int read = session.Client.Virtual.Read(address, bytes);
        if (read == 0 && length > 0) throw new CommandException($"Memory access error at {session.Address(address)}");
        return StringText.UntilZero(bytes.AsSpan(0, read), letter == 'u' ? 2 : 1);
    }

    private ulong Argument(ArgumentReader arguments)
    {
        if (!arguments.TryTake(',')) throw arguments.Error("The format has more conversions than there are arguments: syntax error");
        return session.Masm.Evaluate(arguments);
    }

    private static int ReadNumber(string format, ref int position)
    {
        int start = position;
        while (position < format.Length && char.IsAsciiDigit(format[position])) position++;
        return int.TryParse(format.AsSpan(start, position - start), CultureInfo.InvariantCulture, out int number) && number <= MaxWidth ? number : 0;
    }

    // As kd: the name, and the address in parentheses; %ly adds the source line.
    private string Named(ulong address, bool withLine) =>
        session.Names.Describe(address) is { } name ? $"{name} ({session.Address(address)}){(withLine ? session.Names.Line(address) : "")}" : session.Address(address);

    // I64 and ll make a number 64 bits wide; l and h change nothing in numbers. "%ly" is "%y" with the source line.
    private static (bool IsWide, bool IsLong) ReadSize(string format, ref int position)
    {
        if (format.AsSpan(position).StartsWith("I64"))
        {
            position += 3;
            return (true, false);
        }

        int start = position;
        while (position < format.Length && format[position] is 'l' or 'h' or 'w') position++;
        bool isLong = position > start && format[start] == 'l';
        return (isLong && position - start == 2, isLong);
    }
}
