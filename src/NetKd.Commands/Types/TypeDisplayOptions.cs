namespace NetKd.Commands.Types;

/// <summary>How a type or value is displayed: the options of <c>dt</c>.</summary>
internal sealed record TypeDisplayOptions
{
    /// <summary>How many levels of structures within structures and behind pointers are opened (-r).</summary>
    public int Recursion { get; init; }

    /// <summary>Opens contained structures, but no pointers (-b).</summary>
    public bool Contained { get; init; }

    /// <summary>Every element of an array, not only the first (-a).</summary>
    public bool Elements { get; init; }

    /// <summary>All fields in one line (-c).</summary>
    public bool Compact { get; init; }

    /// <summary>Without offsets (-o).</summary>
    public bool WithoutOffsets { get; init; }

    /// <summary>Without indentation (-i).</summary>
    public bool WithoutIndent { get; init; }

    /// <summary>With sizes, counts and base classes (-v).</summary>
    public bool Verbose { get; init; }

    /// <summary>Field names are the beginnings of names (-y).</summary>
    public bool Prefixes { get; init; }

    /// <summary>Addresses are physical (-p).</summary>
    public bool Physical { get; init; }
}
