using System.Text.RegularExpressions;

namespace NetKd.Symbols.Tests.Types;

/// <summary>How llvm-pdbutil writes names of types, turned into how this project writes them.</summary>
internal static partial class LlvmNames
{
    /// <summary>What is between the quotation marks of a line.</summary>
    public static string Quoted(string line)
    {
        int start = line.IndexOf('`', StringComparison.Ordinal);
        int end = line.LastIndexOf('`');
        return line[(start + 1)..end];
    }

    /// <summary>The same without spaces and by this project's words for basic types.</summary>
    public static string Translate(string name)
    {
        name = Unsigned().Replace(name, "unsigned int");
        name = name.Replace("unsigned __int16", "unsigned short", StringComparison.Ordinal).Replace("__int16", "short", StringComparison.Ordinal);
        return Simplify(name);
    }

    /// <summary>Without spaces, which differ after commas and before marks.</summary>
    public static string Simplify(string name) => name.Replace(" ", "", StringComparison.Ordinal);

    // "unsigned" alone, not as a part of "unsigned char".
    [GeneratedRegex(@"\bunsigned\b(?! (?:char|short|int|long|__int))")]
    private static partial Regex Unsigned();
}
