namespace NetKd.Interop;

/// <summary>The bundled kernel's unwind data, made by another compiler and by hand-written assembly, reads as llvm-readobj reads it.</summary>
public sealed class TargetOsUnwindTests(ITestOutputHelper output)
{
    [Fact]
    public void Unwind_data_reads_as_readobj_reads_it()
    {
        (int functions, int codes) = ReadobjUnwind.Compare(Path.Combine(Repository.Root, "artifacts", "targetos", "BOOTX64.EFI"));
        output.WriteLine($"{functions} functions, {codes} codes");
        Assert.True(functions > 300, $"only {functions} functions");
    }
}
