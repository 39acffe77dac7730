using System.Globalization;

namespace NetKd.Symbols.Images;

/// <summary>Which image file a module is: the two numbers of its headers by which symbol stores know it.</summary>
/// <param name="FileName">The file's name, without folders.</param>
/// <param name="Timestamp">TimeDateStamp of the file header.</param>
/// <param name="Size">SizeOfImage of the optional header, in bytes.</param>
public sealed record ImageIdentity(string FileName, uint Timestamp, uint Size)
{
    /// <summary>Both as a symbol store has them in its folder names: eight upper-case digits, then the size in lower case without leading zeros.</summary>
    public string Index => string.Create(CultureInfo.InvariantCulture, $"{Timestamp:X8}{Size:x}");

    /// <summary>The identity in words, for messages.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{FileName} with timestamp {Timestamp:X8}, size {Size:x}");
}
