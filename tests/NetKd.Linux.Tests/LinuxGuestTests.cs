using System.Text;
using NetKd.Linux.Guests;
using NetKd.Linux.Kallsyms;

namespace NetKd.Linux.Tests;

/// <summary>A kernel is found in memory by the tables that it carries, whose places nothing tells.</summary>
public sealed class LinuxGuestTests
{
    private const string Banner = "Linux version 6.1.0-99-test (someone@somewhere) #1\0";

    [Theory]
    [InlineData(TablesLayout.OffsetsFirstWithSequence)]
    [InlineData(TablesLayout.OffsetsLast)]
    internal void Names_are_read_back_as_the_kernels_build_laid_them_down(TablesLayout layout)
    {
        List<(char Type, string Name, ulong Address)> names = KallsymsTables.Names(6000, perProcessor: true);
        KallsymsTables image = Make(layout, names);
        image.Holes.UnionWith([5, 15]);
        LinuxGuest? found = LinuxGuest.Find(image);
        Assert.NotNull(found);
        Assert.Equal((KallsymsTables.Start, KallsymsTables.ImageSize, "6.1.0-99-test"), (found.Base, found.Size, found.Release));
        Assert.Equal(names.Count, found.Names.Count);
        foreach ((char type, string name, ulong address) in names) Assert.Equal(new KernelName(name, address, type), Assert.Single(found.Names.Find(name)));
        Assert.Null(found.Types(image));
        Assert.Empty(found.Modules(image));

        Assert.True(found.IsStillThere(image));
        image.Bytes[0x1010] ^= 1;
        Assert.False(found.IsStillThere(image));
    }

    [Theory]
    [InlineData("markers", 8)]
    [InlineData("names", 0)]
    [InlineData("index", 100)]
    [InlineData("base", 7)]
    [InlineData("count", 1)]
    public void A_table_that_does_not_agree_with_the_others_is_none(string part, int offset)
    {
        KallsymsTables image = Make(TablesLayout.OffsetsFirstWithSequence, KallsymsTables.Names(6000, perProcessor: true));
        image.Bytes[image.Places[part] + offset] ^= 0x55;
        Assert.Null(LinuxGuest.At(image, KallsymsTables.Start));
    }

    [Fact]
    public void Memory_without_a_kernel_has_none()
    {
        KallsymsTables image = Make(TablesLayout.OffsetsLast, KallsymsTables.Names(6000, perProcessor: true));
        image.Bytes.Clear();
        Assert.Null(LinuxGuest.Find(image));
    }

    [Fact]
    public void Damaged_tables_are_refused_or_read()
    {
        KallsymsTables image = Make(TablesLayout.OffsetsLast, KallsymsTables.Names(4500, perProcessor: true));
        byte[] good = image.Bytes.ToArray();
        int first = image.Places["count"], last = image.Places["base"] + 8;
        Random random = new(9);
        for (int i = 0; i < Fuzzing.Count(60); i++)
        {
            good.CopyTo(image.Bytes);
            for (int changes = random.Next(1, 4); changes > 0; changes--) image.Bytes[random.Next(first, last)] ^= (byte)random.Next(1, 256);
            _ = LinuxGuest.At(image, KallsymsTables.Start)?.Names.Count;
        }
    }

    private static KallsymsTables Make(TablesLayout layout, List<(char Type, string Name, ulong Address)> names)
    {
        KallsymsTables image = new(layout, absolute: true, names);
        Encoding.ASCII.GetBytes(Banner).CopyTo(image.Bytes[(int)(KallsymsTables.BannerAddress - KallsymsTables.Start)..]);
        return image;
    }
}
