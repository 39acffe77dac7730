using System.Globalization;
using System.Text.RegularExpressions;

namespace NetKd.Symbols.Tests.Types;

/// <summary>A record as <c>llvm-pdbutil dump -types</c> prints it.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Leaf">Its kind: LF_STRUCTURE.</param>
/// <param name="Name">The name it was given, or empty.</param>
/// <param name="Body">The lines below its first, trimmed.</param>
internal sealed partial record DumpedType(uint Index, string Leaf, string Name, IReadOnlyList<string> Body)
{
    /// <summary>Its lines as one.</summary>
    public string Text => string.Join(' ', Body);

    /// <summary>Every record of a PDB, read once for each file.</summary>
    public static Dictionary<uint, DumpedType> ReadAll(string pdb, string stream = "-types")
    {
        Dictionary<uint, DumpedType> types = [];
        List<string> body = [];
        foreach (string line in SampleProgram.Run("llvm-pdbutil", "dump", stream, pdb).Split('\n'))
        {
            Match start = FirstLine().Match(line);
            if (start.Success)
            {
                body = [];
                DumpedType type = new(ParseHex(start.Groups[1].Value), start.Groups[2].Value, start.Groups[3].Value + start.Groups[4].Value, body);
                types.Add(type.Index, type);
            }
            else if (line.Trim() is { Length: > 0 } text)
            {
                body.Add(text);
            }
        }

        return types;
    }

    /// <summary>The index after a label: <c>Type = 0x1037</c>; 0 for no type.</summary>
    public static uint IndexAfter(string text, string label)
    {
        Match match = Regex.Match(text, Regex.Escape(label) + " ?(?:0x([0-9A-F]+)|<no type>)");
        Assert.True(match.Success, $"no {label} in: {text}");
        return match.Groups[1].Success ? ParseHex(match.Groups[1].Value) : 0;
    }

    /// <summary>The decimal number after a label.</summary>
    public static ulong NumberAfter(string text, string label)
    {
        Match match = Regex.Match(text, Regex.Escape(label) + " ?(-?[0-9]+)");
        Assert.True(match.Success, $"no {label} in: {text}");
        string digits = match.Groups[1].Value;
        return digits[0] == '-' ? (ulong)long.Parse(digits, CultureInfo.InvariantCulture) : ulong.Parse(digits, CultureInfo.InvariantCulture);
    }

    public static uint ParseHex(string digits) => uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s+0x([0-9A-F]+) \| (LF_\w+) \[size = \d+\](?: `(.*)`| ID: <no type>, String: (.*))?")]
    private static partial Regex FirstLine();
}
