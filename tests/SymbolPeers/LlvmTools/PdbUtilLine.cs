using System.Globalization;
using System.Text.RegularExpressions;

namespace NetKd.SymbolPeers.LlvmTools;

/// <summary>A line entry as llvm-pdbutil prints it.</summary>
/// <param name="File">Path of the source file.</param>
/// <param name="Line">Line number.</param>
/// <param name="Offset">Its first byte, from the image's base.</param>
/// <param name="Block">Which block of entries it is in: a function, or what of it comes from one file.</param>
/// <param name="BlockEnd">The end of the code that the entries of its block describe.</param>
internal sealed partial record PdbUtilLine(string File, uint Line, uint Offset, int Block, uint BlockEnd)
{
    /// <summary>Reads the text of a dump of lines.</summary>
    public static IReadOnlyList<PdbUtilLine> Read(string text, PdbUtilFile pdb)
    {
        List<PdbUtilLine> lines = [];
        string source = "";
        int section = 0, number = 0;
        uint end = 0;
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("(unknown file name", StringComparison.Ordinal))
            {
                // For a module without lines llvm-pdbutil 14 repeats those of the module before it.
                source = "";
            }
            else if (Source().Match(line) is { Success: true } file)
            {
                source = file.Groups[1].Value;
            }
            else if (BlockHeader().Match(line) is { Success: true } block)
            {
                number++;
                section = int.Parse(block.Groups[1].Value, CultureInfo.InvariantCulture);
                end = pdb.Offset(section, Hexadecimal(block.Groups[2].Value)) ?? 0;
            }
            else if (end != 0 && source.Length > 0)
            {
                // A number behind the line is its end; lld writes none, and 0xF00F00 and 0xFEEFEE mean code without a line.
                foreach (Match entry in Entry().Matches(line))
                {
                    lines.Add(new PdbUtilLine(source, uint.Parse(entry.Groups[1].Value, CultureInfo.InvariantCulture), pdb.Offset(section, Hexadecimal(entry.Groups[2].Value))!.Value, number, end));
                }
            }
        }

        return lines;
    }

    private static uint Hexadecimal(string text) => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\S.*) \((?:MD5|SHA-1|SHA-256|no checksum)")]
    private static partial Regex Source();

    [GeneratedRegex(@"^\s*(\d+):[0-9A-F]+-([0-9A-F]+), line/addr entries")]
    private static partial Regex BlockHeader();

    [GeneratedRegex(@"(\d+) ([0-9A-F]{8})\b")]
    private static partial Regex Entry();
}
