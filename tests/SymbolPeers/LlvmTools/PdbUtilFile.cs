using System.Globalization;
using System.Text.RegularExpressions;

namespace NetKd.SymbolPeers.LlvmTools;

/// <summary>A PDB as llvm-pdbutil describes it; each part is asked for once. Its text is for people, so what is read of it is kept narrow.</summary>
internal sealed partial class PdbUtilFile
{
    private readonly Lazy<uint[]> _sections;
    private readonly Lazy<IReadOnlyList<PdbUtilSymbol>> _moduleSymbols;
    private readonly Lazy<IReadOnlyList<PdbUtilSymbol>> _globals;
    private readonly Lazy<IReadOnlyList<PdbUtilSymbol>> _publics;
    private readonly Lazy<PdbUtilTypes> _types;
    private readonly Lazy<IReadOnlyList<PdbUtilLine>> _lines;

    public PdbUtilFile(string pdb)
    {
        _sections = new(() => [.. VirtualAddress().Matches(Dump(pdb, "-section-headers")).Select(m => uint.Parse(m.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture))]);
        _moduleSymbols = new(() => PdbUtilSymbol.Read(Dump(pdb, "-symbols"), this));
        _globals = new(() => PdbUtilSymbol.Read(Dump(pdb, "-globals"), this));
        _publics = new(() => PdbUtilSymbol.Read(Dump(pdb, "-publics"), this));
        _types = new(() => new PdbUtilTypes(Dump(pdb, "-types")));
        _lines = new(() => PdbUtilLine.Read(Dump(pdb, "-l"), this));
    }

    /// <summary>The symbols of all compilands.</summary>
    public IReadOnlyList<PdbUtilSymbol> ModuleSymbols => _moduleSymbols.Value;

    /// <summary>The global symbols: variables, constants, type names, references to functions.</summary>
    public IReadOnlyList<PdbUtilSymbol> Globals => _globals.Value;

    /// <summary>The names for linking.</summary>
    public IReadOnlyList<PdbUtilSymbol> Publics => _publics.Value;

    /// <summary>The types.</summary>
    public PdbUtilTypes Types => _types.Value;

    /// <summary>The line entries.</summary>
    public IReadOnlyList<PdbUtilLine> Lines => _lines.Value;

    /// <summary>Bytes from the image's base, of a place in a section (from 1); null for a section that the image does not have.</summary>
    public uint? Offset(int section, uint offset) => section >= 1 && section <= _sections.Value.Length ? _sections.Value[section - 1] + offset : null;

    private static string Dump(string pdb, string what) => SampleProgram.Run("llvm-pdbutil", "dump", what, pdb);

    [GeneratedRegex(@"^\s*([0-9A-F]+) virtual address", RegexOptions.Multiline)]
    private static partial Regex VirtualAddress();
}
