using NetKd.Symbols.Images;

namespace NetKd.Symbols.Stores;

/// <summary>
/// What a symbol store is asked for: a file's name and the index that its identity gives. Stores keep the file at <c>name/index/name</c>
/// (Microsoft Learn, "Symbol store folder tree").
/// </summary>
public sealed record SymbolKey
{
    private const int MaxFileName = 255;
    private static readonly System.Buffers.SearchValues<char> s_forbidden = System.Buffers.SearchValues.Create("/\\:*?\"<>|");

    private SymbolKey(string fileName, string index)
    {
        FileName = fileName;
        Index = index;
    }

    /// <summary>The file's name, without folders.</summary>
    public string FileName { get; }

    /// <summary>The name of the folder that holds this one of all files of the name.</summary>
    public string Index { get; }

    /// <summary>The wanted PDB, when it is one.</summary>
    public PdbIdentity? Pdb { get; private init; }

    /// <summary>The wanted image, when it is one.</summary>
    public ImageIdentity? Image { get; private init; }

    /// <summary>Where a store keeps it, with slashes.</summary>
    public string RelativePath => $"{FileName}/{Index}/{FileName}";

    /// <summary>
    /// Names of the folders in which a plain directory may keep the file: the image's extension. Empty when it is not known, or could
    /// lead elsewhere.
    /// </summary>
    internal string ImageExtension { get; private init; } = "";

    /// <summary>The key of a PDB.</summary>
    /// <param name="pdb">Which PDB.</param>
    /// <param name="imageName">The name of the image it belongs to, for plain directories that keep PDBs by the image's kind (<c>exe</c>, <c>dll</c>, <c>sys</c>).</param>
    /// <exception cref="ArgumentException">Its name is none that a file can have (<see cref="IsFileName"/>).</exception>
    public static SymbolKey For(PdbIdentity pdb, string? imageName = null)
    {
        ArgumentNullException.ThrowIfNull(pdb);
        return new SymbolKey(Check(pdb.FileName), pdb.Index) { Pdb = pdb, ImageExtension = Extension(imageName) };
    }

    /// <summary>The key of an image.</summary>
    /// <exception cref="ArgumentException">Its name is none that a file can have (<see cref="IsFileName"/>).</exception>
    public static SymbolKey For(ImageIdentity image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new SymbolKey(Check(image.FileName), image.Index) { Image = image, ImageExtension = Extension(image.FileName) };
    }

    /// <summary>
    /// True for a name that a file can have on every system and that stays in its folder. Names come from targets: one with a slash, a
    /// colon or a control character in it could lead elsewhere, or speak to the terminal.
    /// </summary>
    public static bool IsFileName(string? name) =>
        name is { Length: > 0 and <= MaxFileName } && name.Trim('.', ' ').Length > 0 && !name.AsSpan().ContainsAny(s_forbidden) && !name.Any(char.IsControl)
        && !name.Any(char.IsSurrogate);

    /// <inheritdoc/>
    public override string ToString() => RelativePath;

    private static string Extension(string? imageName) =>
        IsFileName(imageName) && Path.GetExtension(imageName) is { Length: > 1 } extension && IsFileName(extension[1..]) ? extension[1..] : "";

    private static string Check(string name) => IsFileName(name) ? name : throw new ArgumentException("The image names a file that no store can have.", nameof(name));
}
