using System.Text.RegularExpressions;
using NetKd.Symbols.Images;
using NetKd.Symbols.Stores;

namespace NetKd.Symbols.Tests.Images;

/// <summary>What images say of themselves and of their PDBs is what LLVM's readers say.</summary>
public sealed partial class DebugDirectoryTests
{
    [Theory]
    [InlineData("x86_64-pc-windows-msvc")]
    [InlineData("i686-pc-windows-msvc")]
    [InlineData("aarch64-pc-windows-msvc")]
    public void The_identity_of_the_pdb_is_the_one_that_LLVM_reads(string target)
    {
        SampleProgram program = Sample(target);
        using ImageFile file = ImageFile.Open(program.Image);
        DebugDirectory directory = DebugDirectory.Read(file.Image);
        Assert.Null(directory.Problem);
        string text = SampleProgram.Run("llvm-readobj", "--coff-debug-directory", "--file-headers", program.Image);
        Assert.Equal(PdbGuid().Match(text).Groups[1].Value.Replace(" ", ""), Convert.ToHexString(directory.Pdb!.Guid.ToByteArray()));
        Assert.Equal(uint.Parse(PdbAge().Match(text).Groups[1].Value), directory.Pdb.Age);
        Assert.Equal("basic.pdb", directory.Pdb.FileName);
        Assert.Equal(Convert.ToUInt32(Timestamp().Match(text).Groups[1].Value, 16), file.Identity.Timestamp);
        Assert.Equal(uint.Parse(ImageSize().Match(text).Groups[1].Value), file.Identity.Size);
        Assert.Matches($"^basic\\.pdb/[0-9A-F]{{32}}1/basic\\.pdb$", SymbolKey.For(directory.Pdb).RelativePath);
    }

    [Fact]
    public void Sections_are_those_that_LLVM_reads()
    {
        SampleProgram program = Sample("x86_64-pc-windows-msvc");
        using ImageFile file = ImageFile.Open(program.Image);
        MatchCollection expected = Section().Matches(SampleProgram.Run("llvm-readobj", "--sections", program.Image));
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value} {m.Groups[3].Value} {m.Groups[4].Value} {m.Groups[5].Value}"),
            file.Image.Sections.Select(s => $"{s.Name} 0x{s.VirtualSize:X} 0x{s.VirtualAddress:X} {s.RawSize} 0x{s.RawOffset:X}"));
    }

    [Fact]
    public void A_module_of_a_target_costs_three_requests()
    {
        using ImageFile file = ImageFile.Open(Sample("x86_64-pc-windows-msvc").Image);
        CountingReader target = new(file, 0xfffff80000400000);
        PeImage image = PeImage.TryRead(target, 0xfffff80000400000)!;
        Assert.NotNull(DebugDirectory.Read(image).Pdb);
        Assert.Equal(3, target.Reads);
        Assert.NotEmpty(image.Sections);
        Assert.Equal(3, target.Reads);
    }

    [Fact]
    public void Damaged_images_give_a_reason_or_an_answer()
    {
        byte[] bytes = File.ReadAllBytes(Sample("x86_64-pc-windows-msvc").Image);
        Random random = new(11);
        int withPdb = 0;
        for (int i = 0; i < Fuzzing.Count(1500); i++)
        {
            byte[] damaged = Fuzzing.Mutate(random, bytes, bytes.Length + 64);
            // Most damage should hit what is read here: the headers.
            for (int j = random.Next(4); j > 0 && damaged.Length > 0x400; j--) damaged[random.Next(0x400)] = (byte)random.Next(256);
            if (damaged.Length == 0) continue;
            using TemporaryFile temporary = new(damaged);
            try
            {
                using ImageFile file = ImageFile.Open(temporary.Path);
                DebugDirectory directory = DebugDirectory.Read(file.Image);
                Assert.True(directory.Pdb is null ? directory.Problem!.Length > 0 : SymbolKey.IsFileName(directory.Pdb.FileName));
                if (directory.Pdb is not null) withPdb++;
                _ = file.Image.Sections;
                byte[] piece = new byte[300];
                file.Read((ulong)random.NextInt64(), piece);
                file.Read((ulong)random.Next(0x10000), piece);
            }
            catch (InvalidImageException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }

        Assert.True(withPdb > 0, "No input got as far as the PDB's name.");
    }

    [Theory]
    [InlineData("driver.pdb", true)]
    [InlineData("my driver-1.2.pdb", true)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData("a/b.pdb", false)]
    [InlineData(@"a\b.pdb", false)]
    [InlineData("c:b.pdb", false)]
    [InlineData("a\u001b[2J.pdb", false)]
    [InlineData("*.pdb", false)]
    public void Names_that_lead_elsewhere_are_none(string name, bool usable) => Assert.Equal(usable, SymbolKey.IsFileName(name));

    private static SampleProgram Sample(string target) => SampleProgram.Build("basic", target);

    [GeneratedRegex(@"PDBGUID: \(([0-9A-F ]+)\)")]
    private static partial Regex PdbGuid();

    [GeneratedRegex(@"PDBAge: (\d+)")]
    private static partial Regex PdbAge();

    [GeneratedRegex(@"TimeDateStamp: .*\((0x[0-9A-F]+)\)")]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"SizeOfImage: (\d+)")]
    private static partial Regex ImageSize();

    [GeneratedRegex(@"Name: (\S+) .*\n\s+VirtualSize: (\S+)\n\s+VirtualAddress: (\S+)\n\s+RawDataSize: (\S+)\n\s+PointerToRawData: (\S+)")]
    private static partial Regex Section();

    private sealed class CountingReader(IAddressReader memory, ulong imageBase) : IAddressReader
    {
        public int Reads { get; private set; }

        public int Read(ulong address, Span<byte> destination)
        {
            Reads++;
            return memory.Read(address - imageBase, destination);
        }
    }
}
