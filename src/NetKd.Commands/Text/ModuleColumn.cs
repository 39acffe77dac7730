namespace NetKd.Commands.Text;

/// <summary>What <c>lm</c> shows behind a module's name.</summary>
internal enum ModuleColumn
{
    /// <summary>Where its symbols come from.</summary>
    Symbols,
    ImageName,
    ImagePath,
    /// <summary>The file that the image was mapped from on this machine: none in a live session.</summary>
    MappedName,
    Timestamp,
}
