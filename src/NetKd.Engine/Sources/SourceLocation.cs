using NetKd.Engine.Modules;

namespace NetKd.Engine.Sources;

/// <summary>A place in source text and the code made of it.</summary>
/// <param name="Module">The module of the code.</param>
/// <param name="File">The file's path, as the compiler wrote it.</param>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Address">First byte of the code.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record SourceLocation(Module Module, string File, uint Line, ulong Address, uint Length)
{
    /// <summary>The file's name without folders.</summary>
    public string FileName => File[(File.LastIndexOfAny(['/', '\\']) + 1)..];

    /// <summary>True for the same line of the same file.</summary>
    public bool IsSameLine(SourceLocation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Line == other.Line && File == other.File && ReferenceEquals(Module, other.Module);
    }

    /// <summary>file @ line, as debuggers print it.</summary>
    public override string ToString() => $"{File} @ {Line}";
}
