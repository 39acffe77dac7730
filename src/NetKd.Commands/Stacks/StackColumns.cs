using System.Globalization;

namespace NetKd.Commands.Stacks;

/// <summary>Which columns a stack shows, by the letters after <c>k</c> (facts: kd-transcript, k to kb; kernel-debugging-docs, D.3).</summary>
internal sealed record StackColumns
{
    private const string InlineFunction = "(Inline Function)";
    private const string InlineAddress = "--------`--------";

    // The word for saved ebp and the return address below a function's arguments.
    private const int BelowArguments = 8;
    private const int MemoryWidth = 9;

    public bool Numbers { get; init; }

    public bool Arguments { get; init; }

    public bool StackPointer { get; init; } = true;

    public bool NamesOnly { get; init; }

    /// <summary>f: how far each frame is from the one within it.</summary>
    public bool Distances { get; init; }

    /// <summary>v: how each frame was found.</summary>
    public bool Methods { get; init; }

    /// <summary>L: no source lines.</summary>
    public bool HidesLines { get; init; }

    /// <summary>d: the words of the stack instead of frames.</summary>
    public bool RawWords { get; init; }

    /// <summary>p: parameters by name behind the function; P: one a line.</summary>
    public ParameterLayout Parameters { get; init; }

    /// <summary>Bytes of a pointer: with 4 a frame's ebp, or where it would be, takes the place of the stack pointer.</summary>
    public int PointerSize { get; init; } = 8;

    public string Heading
    {
        get
        {
            string number = Numbers ? " # " : "";
            if (NamesOnly) return number + (IsNarrow ? "" : "Call Site");
            string distance = Distances ? "  Memory  " : "";
            if (IsNarrow) return $"{number}{distance}ChildEBP RetAddr      {(Arguments ? "Args to Child              " : "")}";
            string stack = StackPointer ? "Child-SP          " : "";
            string arguments = Arguments ? ": Args to Child                                                           : " : "";
            return $"{number}{distance}{stack}RetAddr               {arguments}Call Site";
        }
    }

    private bool IsNarrow => PointerSize == 4;

    /// <summary>Reads the letters glued to the command; M (markup) changes nothing here.</summary>
    public static StackColumns Parse(ArgumentReader arguments, int pointerSize = 8)
    {
        StackColumns columns = new() { PointerSize = pointerSize };
        while (char.IsAsciiLetter(arguments.Current) && !RangeStarts(arguments))
        {
            columns = arguments.Current switch
            {
                'n' => columns with { Numbers = true },
                'b' => columns with { Arguments = true, StackPointer = false },
                'v' => columns with { Arguments = true, StackPointer = true, Methods = true },
                'c' => columns with { NamesOnly = true },
                'f' => columns with { Distances = true },
                'L' => columns with { HidesLines = true },
                'd' => columns with { RawWords = true },
                'p' => columns with { Parameters = ParameterLayout.InLine },
                'P' => columns with { Parameters = ParameterLayout.LineEach },
                'M' => columns,
                _ => throw arguments.Error("Syntax error"),
            };
            arguments.Position++;
        }

        return columns;
    }

    /// <summary>One row.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="previous">The frame within it, null for the innermost.</param>
    /// <param name="site">Its function, with what the columns want behind it.</param>
    public string Line(int index, StackFrame frame, StackFrame? previous, string site)
    {
        string number = Numbers ? $"{index:x2} " : "";
        if (NamesOnly) return number + site;
        string distance = Distances ? Distance(frame, previous) : "";
        bool inlined = frame.Inline is not null;
        if (IsNarrow) return number + distance + NarrowLine(frame, inlined, site);
        string stack = StackPointer ? (inlined ? InlineFunction : AddressText.Format(frame.StackPointer)) + " " : "";
        string returns = inlined ? InlineAddress : AddressText.Format(frame.ReturnAddress);
        string words = inlined ? string.Join(' ', Enumerable.Repeat(InlineAddress, 4)) : string.Join(' ', frame.Arguments.Select(word => AddressText.Format(word)));
        string arguments = Arguments ? $": {words} : " : "";
        return $"{number}{distance}{stack}{returns}     {arguments}{site}";
    }

    // Microsoft's engine shows no stack pointer of 32-bit frames, but ebp, or where it would have been saved: also with kb, which has three arguments.
    private string NarrowLine(StackFrame frame, bool inlined, string site)
    {
        const string Inlined = "--------";
        string pointer = inlined ? Inlined : AddressText.Format(NarrowPointer(frame), PointerSize);
        string returns = inlined ? Inlined : AddressText.Format(frame.ReturnAddress, PointerSize);
        if (!Arguments) return $"{pointer} {returns}     {site}";
        string words = inlined ? $"{Inlined} {Inlined} {Inlined}" : string.Join(' ', frame.Arguments.Take(3).Select(word => AddressText.Format(word, PointerSize)));
        return $"{pointer} {returns}     {words} {site}";
    }

    private static ulong NarrowPointer(StackFrame frame) => frame.ArgumentsAddress == 0 ? frame.FramePointer : frame.ArgumentsAddress - BelowArguments;

    private string Distance(StackFrame frame, StackFrame? previous)
    {
        string bytes = previous is null || frame.Inline is not null || previous.Inline is not null && previous.StackPointer == frame.StackPointer
            ? ""
            : unchecked(IsNarrow ? NarrowPointer(frame) - NarrowPointer(previous) : frame.StackPointer - previous.StackPointer).ToString("x", CultureInfo.InvariantCulture);
        return bytes.PadLeft(MemoryWidth) + " ";
    }

    private static bool RangeStarts(ArgumentReader arguments) => arguments.Current is 'L' or 'l' && char.IsAsciiHexDigit(arguments.Peek(1));
}
