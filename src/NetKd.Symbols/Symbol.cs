namespace NetKd.Symbols;

/// <summary>What a name stands for.</summary>
public enum SymbolKind
{
    /// <summary>A function, by its module's own (private) symbols.</summary>
    Function,
    /// <summary>A variable in memory.</summary>
    Data,
    /// <summary>A thread's own variable: its offset counts within the thread's storage.</summary>
    ThreadData,
    /// <summary>A name for linking: known are address and name, not what is there.</summary>
    Public,
    /// <summary>A name that the image exports.</summary>
    Export,
    /// <summary>A jump made by the compiler or linker.</summary>
    Thunk,
    /// <summary>A place within a function.</summary>
    Label,
    /// <summary>A constant without a place in memory.</summary>
    Constant,
}

/// <summary>A named thing of an image.</summary>
/// <param name="Name">Its name without decoration, scopes included: <c>Outer::Inner::Function</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where it is, in bytes from the image's base.</param>
/// <param name="Size">Its size in bytes, 0 when unknown.</param>
/// <param name="TypeIndex">Index of its type in the file's <see cref="Types.TypeTable"/>, 0 when unknown.</param>
/// <param name="Value">A constant's value.</param>
public readonly record struct Symbol(string Name, SymbolKind Kind, uint Offset, uint Size, uint TypeIndex, ulong Value = 0);
