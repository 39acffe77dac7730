using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Types;
using NetKd.Symbols.Types;

namespace NetKd.Symbols.Tests.Types;

/// <summary>The types of real PDBs, against llvm-pdbutil and against their sources.</summary>
public sealed class PdbTypeTableTests
{
    private static SampleProgram Hard(string target = "x86_64-pc-windows-msvc") => SampleProgram.Build("types", target, "-O0 -fchar8_t", "/entry:Main /opt:noref");

    [Theory]
    [InlineData("types", "x86_64-pc-windows-msvc", "-O0 -fchar8_t", "/entry:Main /opt:noref")]
    [InlineData("types", "x86_64-pc-windows-msvc", "-O2 -fstandalone-debug", "/entry:Main")]
    [InlineData("types", "i686-pc-windows-msvc", "-O1 -fchar8_t", "/entry:Main /opt:noref")]
    [InlineData("types", "aarch64-pc-windows-msvc", "-O0", "/entry:Main /opt:noref")]
    [InlineData("basic", "x86_64-pc-windows-msvc", "-O0", "/entry:Main")]
    public void Every_type_is_what_pdbutil_prints(string folder, string target, string compile, string link)
    {
        using MsfFile file = MsfFile.Open(SampleProgram.Build(folder, target, compile, link).Pdb);
        PdbutilComparison comparison = new(new PdbTypeTable(file), DumpedType.ReadAll(file.Path));
        comparison.CompareAll();
        Assert.True(comparison.Compared["LF_STRUCTURE"] > 3);
    }
}
