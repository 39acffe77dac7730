using System.Globalization;
using System.Text.RegularExpressions;

namespace NetKd.SymbolPeers.LlvmTools;

/// <summary>A symbol record as llvm-pdbutil prints it.</summary>
/// <param name="Kind">The record's documented name, such as S_GPROC32.</param>
/// <param name="Name">The name, empty for records without one.</param>
/// <param name="Details">The lines that follow, as one.</param>
/// <param name="Parent">The function, block or inlined call that holds it; null at the top.</param>
/// <param name="File">The file, for places.</param>
internal sealed partial record PdbUtilSymbol(string Kind, string Name, string Details, PdbUtilSymbol? Parent, PdbUtilFile File)
{
    /// <summary>Where it is, in bytes from the image's base; null without a place in the image.</summary>
    public uint? Offset
    {
        get
        {
            Match match = Address().Match(Details);
            return match.Success ? File.Offset(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), uint.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)) : null;
        }
    }

    /// <summary>Length of a function's or block's code.</summary>
    public uint CodeSize => uint.Parse(CodeSizePattern().Match(Details).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Index of its type; 0 without one.</summary>
    public uint TypeIndexOrNone => TypePattern().Match(Details) is { Success: true } match ? uint.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) : 0;

    /// <summary>Where it is within its section, in bytes.</summary>
    public uint OffsetInSection => uint.Parse(Address().Match(Details).Groups[2].Value, CultureInfo.InvariantCulture);

    /// <summary>A constant's value.</summary>
    public string Value => ValuePattern().Match(Details).Groups[1].Value;

    /// <summary>A function of a compiland.</summary>
    public bool IsFunction => Kind is "S_GPROC32" or "S_LPROC32" or "S_GPROC32_ID" or "S_LPROC32_ID";

    /// <summary>The functions, blocks and inlined calls around it, the innermost first.</summary>
    public IEnumerable<PdbUtilSymbol> Around()
    {
        for (PdbUtilSymbol? symbol = Parent; symbol is not null; symbol = symbol.Parent) yield return symbol;
    }

    /// <summary>Reads the text of a dump of symbols.</summary>
    public static IReadOnlyList<PdbUtilSymbol> Read(string text, PdbUtilFile file)
    {
        List<PdbUtilSymbol> symbols = [];
        Stack<PdbUtilSymbol> open = new();
        string kind = "", name = "";
        List<string> details = [];
        foreach (string line in text.Split('\n'))
        {
            Match match = Header().Match(line);
            if (!match.Success && !line.TrimStart().StartsWith("Mod ", StringComparison.Ordinal))
            {
                if (kind.Length > 0) details.Add(line.Trim());
                continue;
            }

            Finish();
            kind = match.Groups[1].Value;
            name = match.Groups[2].Value;
        }

        Finish();
        return symbols;

        void Finish()
        {
            if (kind.Length > 0)
            {
                if (kind is "S_END" or "S_INLINESITE_END" or "S_PROC_ID_END")
                {
                    open.Pop();
                }
                else
                {
                    PdbUtilSymbol symbol = new(kind, name, string.Join(' ', details), open.Count > 0 ? open.Peek() : null, file);
                    symbols.Add(symbol);
                    if (symbol.IsFunction || kind is "S_BLOCK32" or "S_INLINESITE" or "S_INLINESITE2" or "S_THUNK32" or "S_SEPCODE") open.Push(symbol);
                }
            }

            kind = "";
            details.Clear();
        }
    }

    [GeneratedRegex(@"^\s*\d+ \| (S_[A-Z0-9_]+) \[size = \d+\](?: `(.*)`)?")]
    private static partial Regex Header();

    [GeneratedRegex(@"addr = (\d+):(\d+)")]
    private static partial Regex Address();

    [GeneratedRegex(@"code size = (\d+)")]
    private static partial Regex CodeSizePattern();

    [GeneratedRegex(@"type ?= ?`?0x([0-9A-F]+)")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"value = (-?\d+)")]
    private static partial Regex ValuePattern();
}
