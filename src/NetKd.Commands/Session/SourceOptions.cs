namespace NetKd.Commands.Session;

/// <summary>The options of <c>l+</c> and <c>l-</c> (Microsoft Learn, "l+, l- (Set Source Options)").</summary>
[Flags]
internal enum SourceOptions
{
    None = 0,
    /// <summary>t: a step is a source line.</summary>
    Steps = 1,
    /// <summary>l: file and line at a stop.</summary>
    Lines = 2,
    /// <summary>s: the source text at a stop.</summary>
    Text = 4,
    /// <summary>o: with s, nothing else at a stop.</summary>
    Only = 8,
    All = Steps | Lines | Text | Only,
}
