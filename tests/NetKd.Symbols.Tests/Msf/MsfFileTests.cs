using System.Text;
using NetKd.Symbols.Pdb;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Tests.Msf;

/// <summary>Containers of every block size are read, and damaged ones refused with a reason.</summary>
public sealed class MsfFileTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(4096)]
    [InlineData(32768)]
    public void Streams_are_read_across_blocks_that_lie_apart(int blockSize)
    {
        byte[] first = Pattern(3 * blockSize + 17, 1), second = Pattern(2 * blockSize, 2);
        using TemporaryFile file = new(new MsfBuilder(blockSize).Add(first).Add([]).Add(second).Build());
        using MsfFile msf = MsfFile.Open(file.Path);
        Assert.Equal(3, msf.StreamCount);
        Assert.Equal(first, Whole(msf.Stream(0)!));
        Assert.Equal([], Whole(msf.Stream(1)!));
        Assert.Equal(second, Whole(msf.Stream(2)!));
        Assert.Null(msf.Stream(3));
        Assert.True(msf.Stream(0)!.TryRead((uint)blockSize - 3, 6, out ReadOnlySpan<byte> across));
        Assert.Equal(first[(blockSize - 3)..(blockSize + 3)], across.ToArray());
        Assert.False(msf.Stream(0)!.TryRead(3 * (uint)blockSize, 18, out _));
        Assert.False(msf.Stream(0)!.TryRead(uint.MaxValue, 1, out _));
    }

    [Fact]
    public void A_directory_that_needs_several_maps_is_read()
    {
        MsfBuilder builder = new(512);
        for (int i = 0; i < 20_000; i++) builder.Add(Pattern(i % 700, i));
        using TemporaryFile file = new(builder.Build());
        using MsfFile msf = MsfFile.Open(file.Path);
        Assert.Equal(20_000, msf.StreamCount);
        Assert.Equal(Pattern(699, 19_599), Whole(msf.Stream(19_599)!));
    }

    [Theory]
    [InlineData("Microsoft MSFZ Container\r\n\x1a", "compressed PDB (MSFZ)")]
    [InlineData("Microsoft C/C++ program database 2.00\r\n\x1aJG", "format 2.00")]
    [InlineData("MZ", "does not begin as an MSF 7.00 file")]
    public void Other_formats_are_refused_by_name(string start, string reason)
    {
        using TemporaryFile file = new(Encoding.Latin1.GetBytes(start.PadRight(4096)));
        PdbFormatException refusal = Assert.Throws<PdbFormatException>(() => MsfFile.Open(file.Path));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_off_says_so()
    {
        byte[] bytes = new MsfBuilder(512).Add(Pattern(5000, 1)).Build();
        // The last block is the map, of which only the first bytes count.
        for (int length = 1; length < bytes.Length - 512; length += 97)
        {
            using TemporaryFile file = new(bytes[..length]);
            Assert.Throws<PdbFormatException>(() =>
            {
                using MsfFile msf = MsfFile.Open(file.Path);
                _ = msf.Stream(0);
            });
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0x7fffffffu)]
    [InlineData(uint.MaxValue)]
    public void A_directory_of_an_impossible_size_is_refused(uint size)
    {
        using TemporaryFile file = new(new MsfBuilder(512) { DirectoryBytes = size }.Add(Pattern(100, 1)).Build());
        Assert.Contains("directory", Assert.Throws<PdbFormatException>(() => MsfFile.Open(file.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_give_a_reason_or_an_answer()
    {
        byte[] bytes = new MsfBuilder(512).Add(Pattern(1500, 1)).Add(Pattern(40, 2)).Build();
        Random random = new(5);
        for (int i = 0; i < Fuzzing.Count(2000); i++)
        {
            byte[] damaged = Fuzzing.Mutate(random, bytes, bytes.Length + 512);
            if (damaged.Length == 0) continue;
            using TemporaryFile file = new(damaged);
            try
            {
                using MsfFile msf = MsfFile.Open(file.Path);
                for (int stream = 0; stream < Math.Min(msf.StreamCount, 100); stream++)
                {
                    if (msf.Stream(stream) is { } found && found.Length < 1 << 20) Whole(found);
                }
            }
            catch (PdbFormatException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    private static byte[] Whole(MsfStream stream)
    {
        Assert.True(stream.TryRead(0, (int)stream.Length, out ReadOnlySpan<byte> bytes));
        return bytes.ToArray();
    }

    private static byte[] Pattern(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
