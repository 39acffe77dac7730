namespace NetKd.Symbols.Tests;

/// <summary>The programs that other tests read are there.</summary>
public sealed class SampleProgramTests
{
    [Fact]
    public void A_program_is_built_once_with_its_pdb()
    {
        SampleProgram program = SampleProgram.Build("basic");
        Assert.Contains("Block Size: 4096", SampleProgram.Run("llvm-pdbutil", "dump", "-summary", program.Pdb), StringComparison.Ordinal);
        DateTime made = File.GetLastWriteTimeUtc(program.Pdb);
        Assert.Equal(program, SampleProgram.Build("basic"));
        Assert.Equal(made, File.GetLastWriteTimeUtc(program.Pdb));
    }

    /// <summary>Names of the builds.</summary>
    public static TheoryData<string> Builds => new(SampleBuilds.Names);

    [Theory]
    [MemberData(nameof(Builds))]
    public void Every_way_to_build_a_program_gives_an_image_and_a_pdb_of_its_own(string name)
    {
        SampleProgram program = SampleBuilds.Build(name);
        bool isStripped = name.StartsWith("stripped", StringComparison.Ordinal);
        string summary = SampleProgram.Run("llvm-pdbutil", "dump", "-summary", "-globals", program.Pdb);
        Assert.Equal(!isStripped, summary.Contains("S_UDT", StringComparison.Ordinal));
        Assert.True(File.Exists(program.Image));
    }

    [Fact]
    public void The_linker_was_asked_for_an_order_and_gave_it()
    {
        string publics = SampleProgram.Run("llvm-pdbutil", "dump", "-publics", SampleBuilds.Build("ordered-x86_64").Pdb);
        Assert.Matches(@"`Main`\s+flags = function, addr = 0001:0000\s", publics);
    }
}
