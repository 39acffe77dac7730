using System.Globalization;

namespace NetKd.Symbols.Images;

/// <summary>Which PDB belongs to an image: what the linker wrote into both.</summary>
/// <param name="Path">The PDB's path as the image has it: that of the build machine, or a bare file name.</param>
/// <param name="Guid">The signature of a PDB 7.00; empty for an older one.</param>
/// <param name="Age">How often the PDB had been written when the image was linked.</param>
/// <param name="Signature">The signature of a PDB 2.00 (CodeView "NB10"), seconds since 1970; null for a newer one.</param>
public sealed record PdbIdentity(string Path, Guid Guid, uint Age, uint? Signature = null)
{
    /// <summary>The PDB's file name: the last part of its path, whichever system's slashes it has.</summary>
    public string FileName => Path[(Path.LastIndexOfAny(['/', '\\']) + 1)..];

    /// <summary>Signature and age as a symbol store has them in its folder names: upper-case digits, then the age in lower case without leading zeros.</summary>
    public string Index => Signature is { } signature
        ? string.Create(CultureInfo.InvariantCulture, $"{signature:X8}{Age:x}")
        : string.Create(CultureInfo.InvariantCulture, $"{Guid.ToString("N").ToUpperInvariant()}{Age:x}");

    /// <summary>The identity in words, for messages.</summary>
    public override string ToString() => Signature is { } signature
        ? string.Create(CultureInfo.InvariantCulture, $"{FileName} with signature {signature:X8}, age {Age:x}")
        : string.Create(CultureInfo.InvariantCulture, $"{FileName} with GUID {Guid.ToString("B").ToUpperInvariant()}, age {Age:x}");
}
