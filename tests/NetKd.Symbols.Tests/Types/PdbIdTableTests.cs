using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Types;
using static NetKd.Symbols.Tests.Types.DumpedType;

namespace NetKd.Symbols.Tests.Types;

/// <summary>The ids of real PDBs, against llvm-pdbutil.</summary>
public sealed class PdbIdTableTests
{
    [Theory]
    [InlineData("types")]
    [InlineData("basic")]
    [InlineData("targetos")]
    public void Every_id_is_what_pdbutil_prints(string folder)
    {
        using MsfFile file = MsfFile.Open(folder == "targetos" ? TargetOs.Pdb() : SampleProgram.Build(folder).Pdb);
        PdbTypeTable types = new(file);
        PdbIdTable ids = new(file, types);
        Dictionary<uint, DumpedType> dumped = ReadAll(file.Path, "-ids");
        Dictionary<uint, DumpedType> dumpedTypes = ReadAll(file.Path);
        Assert.Equal((dumped.Keys.Min(), dumped.Keys.Max() + 1), (ids.FirstIndex, ids.EndIndex));
        HashSet<string> leaves = [];
        foreach (DumpedType dump in dumped.Values)
        {
            Assert.True(ids.TryGet(dump.Index, out PdbId id), $"0x{dump.Index:x} {dump.Leaf}");
            Assert.Equal(Expected(dump, dumped, dumpedTypes), id);
            leaves.Add(dump.Leaf);
        }

        Assert.Contains(folder == "targetos" ? "LF_MFUNC_ID" : "LF_STRING_ID", leaves);
        Assert.False(ids.TryGet(0, out _));
        Assert.False(ids.TryGet(uint.MaxValue, out _));
    }

    private static PdbId Expected(DumpedType dump, Dictionary<uint, DumpedType> ids, Dictionary<uint, DumpedType> types)
    {
        switch (dump.Leaf)
        {
            case "LF_FUNC_ID":
                uint scope = IndexAfter(dump.Text, "parent scope =");
                return new PdbId(PdbIdKind.Function, (scope == 0 ? "" : TextOf(scope, ids) + "::") + FunctionName(dump.Text), IndexAfter(dump.Text, ", type ="));
            case "LF_MFUNC_ID":
                return new PdbId(PdbIdKind.MemberFunction, types[IndexAfter(dump.Text, "class type =")].Name + "::" + FunctionName(dump.Text), IndexAfter(dump.Text, ", type ="));
            case "LF_STRING_ID":
                return new PdbId(PdbIdKind.Text, TextOf(dump.Index, ids));
            case "LF_UDT_SRC_LINE":
                return new PdbId(PdbIdKind.SourceLine, TextOf((uint)NumberAfter(dump.Text, "file ="), ids), IndexAfter(dump.Text, "udt ="), (uint)NumberAfter(dump.Text, "line ="));
            case "LF_BUILDINFO":
                return new PdbId(PdbIdKind.BuildInformation, string.Join('\n', dump.Body.Select(line => IndexAfter(line, "") is var part and not 0 ? TextOf(part, ids) : "")));
            default:
                throw new Xunit.Sdk.XunitException($"{dump.Leaf} is not compared yet.");
        }
    }

    private static string FunctionName(string text) => text["name = ".Length..text.IndexOf(", type =", StringComparison.Ordinal)];

    // The program prints "ID: <no type>, String: TEXT" in the record's first line, which has no quotation marks.
    private static string TextOf(uint index, Dictionary<uint, DumpedType> ids) => ids[index].Name;
}
