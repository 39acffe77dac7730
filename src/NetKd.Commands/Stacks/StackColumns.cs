namespace NetKd.Commands.Stacks;

/// <summary>Which columns a stack shows, by the letters after <c>k</c> (facts: kd-transcript, k to kb).</summary>
internal sealed record StackColumns
{
    public bool Numbers { get; init; }

    public bool Arguments { get; init; }

    public bool StackPointer { get; init; } = true;

    public bool NamesOnly { get; init; }

    public string Heading
    {
        get
        {
            string number = Numbers ? " # " : "";
            if (NamesOnly) return number + "Call Site";
            string stack = StackPointer ? "Child-SP          " : "";
            string arguments = Arguments ? ": Args to Child                                                           : " : "";
            return $"{number}{stack}RetAddr               {arguments}Call Site";
        }
    }

    /// <summary>Reads the letters glued to the command; an upper case L (no source lines) and M (markup) change nothing here.</summary>
    public static StackColumns Parse(ArgumentReader arguments)
    {
        StackColumns columns = new();
        while (char.IsAsciiLetter(arguments.Current) && !RangeStarts(arguments))
        {
            columns = arguments.Current switch
            {
                'n' => columns with { Numbers = true },
                'b' => columns with { Arguments = true, StackPointer = false },
                'v' => columns with { Arguments = true, StackPointer = true },
                'c' => columns with { NamesOnly = true },
                'p' or 'P' or 'L' or 'M' or 'f' => columns,
                _ => throw arguments.Error("Syntax error"),
            };
            arguments.Position++;
        }

        return columns;
    }

    public string Line(int index, StackFrame frame, string site)
    {
        string number = Numbers ? $"{index:x2} " : "";
        if (NamesOnly) return number + site;
        string stack = StackPointer ? AddressText.Format(frame.StackPointer) + " " : "";
        string arguments = Arguments ? $": {string.Join(' ', frame.Arguments.Select(AddressText.Format))} : " : "";
        return $"{number}{stack}{AddressText.Format(frame.ReturnAddress)}     {arguments}{site}";
    }

    private static bool RangeStarts(ArgumentReader arguments) => arguments.Current is 'L' or 'l' && char.IsAsciiHexDigit(arguments.Peek(1));
}
