namespace NetKd.Commands.Session;

/// <summary>A line of a source file.</summary>
/// <param name="File">The file's path, as the compiler wrote it or the user gave it.</param>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Current">The line where execution stands in this file, 0 for none.</param>
internal sealed record SourcePosition(string File, uint Line, uint Current);
