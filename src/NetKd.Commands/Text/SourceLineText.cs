namespace NetKd.Commands.Text;

/// <summary>Lines of source text, the current one marked.</summary>
internal static class SourceLineText
{
    /// <summary><c>&gt;   12: text</c>, or with a blank in the first column.</summary>
    public static string Line(uint number, string text, bool isCurrent) => $"{(isCurrent ? '>' : ' ')}{number,5}: {StringText.WithoutControls(text)}";
}
