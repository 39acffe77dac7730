namespace NetKd.Engine.Sources;

/// <summary>A source file's text.</summary>
/// <param name="Path">Where it was read.</param>
/// <param name="Lines">Its lines, without their ends.</param>
public sealed record SourceText(string Path, IReadOnlyList<string> Lines)
{
    /// <summary>A line by its number from 1, or null when the file is shorter.</summary>
    public string? Line(uint number) => number >= 1 && number <= (uint)Lines.Count ? Lines[(int)number - 1] : null;
}
