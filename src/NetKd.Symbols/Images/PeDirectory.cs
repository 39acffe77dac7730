namespace NetKd.Symbols.Images;

/// <summary>Data directories of a PE image, by their index.</summary>
public enum PeDirectory
{
    /// <summary>Names that the image exports.</summary>
    Export = 0,
    /// <summary>Unwind data of its functions (.pdata).</summary>
    Exception = 3,
    /// <summary>Where its debug information is.</summary>
    Debug = 6,
}
