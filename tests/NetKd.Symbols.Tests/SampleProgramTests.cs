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
}
