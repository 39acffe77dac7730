namespace NetKd.Symbols.Scopes;

/// <summary>The code of a source line, one piece of it.</summary>
/// <param name="File">The file's path, as the compiler wrote it.</param>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Offset">First byte, from the image's base.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="IsStatement">False for a piece that the compiler marked as an expression within the line.</param>
public sealed record SourceLine(string File, uint Line, uint Offset, uint Length, bool IsStatement = true);
