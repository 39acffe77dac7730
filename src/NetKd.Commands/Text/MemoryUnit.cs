namespace NetKd.Commands.Text;

/// <summary>How a memory display groups bytes: <c>db</c>, <c>dw</c>, <c>dd</c>, <c>dq</c> and their relatives.</summary>
/// <param name="Size">Bytes in a unit.</param>
/// <param name="Columns">Units in a line.</param>
/// <param name="DefaultCount">Units shown when no length is given.</param>
/// <param name="ShowsText">Whether the characters follow.</param>
public readonly record struct MemoryUnit(int Size, int Columns, int DefaultCount, bool ShowsText)
{
    /// <summary><c>db</c>.</summary>
    public static MemoryUnit Bytes { get; } = new(1, 16, 128, true);

    /// <summary><c>dw</c>.</summary>
    public static MemoryUnit Words { get; } = new(2, 8, 64, false);

    /// <summary><c>dW</c>.</summary>
    public static MemoryUnit WordsWithText { get; } = new(2, 8, 64, true);

    /// <summary><c>dd</c>.</summary>
    public static MemoryUnit DoubleWords { get; } = new(4, 4, 32, false);

    /// <summary><c>dc</c>.</summary>
    public static MemoryUnit DoubleWordsWithText { get; } = new(4, 4, 32, true);

    /// <summary><c>dq</c> and <c>dp</c>.</summary>
    public static MemoryUnit QuadWords { get; } = new(8, 2, 16, false);
}
