namespace NetKd.Symbols.Tests.Unwinding;

/// <summary>All unwind data of compiled programs reads as llvm-readobj reads it.</summary>
public sealed class ReadobjTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("unwind", "x86_64", "-O0", 25)]
    [InlineData("unwind", "x86_64", "-O2", 20)]
    [InlineData("varied", "x86_64", "-O0", 25)]
    [InlineData("varied", "x86_64", "-O2", 8)]
    [InlineData("unwind", "aarch64", "-O0", 25)]
    [InlineData("unwind", "aarch64", "-O1", 20)]
    [InlineData("unwind", "aarch64", "-O2", 20)]
    [InlineData("unwind", "aarch64", "-Oz -fno-omit-frame-pointer", 20)]
    [InlineData("varied", "aarch64", "-O2", 6)]
    public void Unwind_data_reads_as_readobj_reads_it(string folder, string architecture, string switches, int atLeast)
    {
        SampleProgram program = SampleProgram.Build(folder, $"{architecture}-pc-windows-msvc", $"{switches} -funwind-tables");
        (int functions, int codes) = ReadobjUnwind.Compare(program.Image);
        output.WriteLine($"{folder} {architecture} {switches}: {functions} functions, {codes} codes");
        Assert.True(functions >= atLeast, $"only {functions} functions");
    }
}
