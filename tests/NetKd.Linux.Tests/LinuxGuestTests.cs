using NetKd.Linux.Guests;
using NetKd.Linux.Kallsyms;

namespace NetKd.Linux.Tests;

/// <summary>A kernel is found in memory by the tables that it carries, whose places nothing tells.</summary>
public sealed class LinuxGuestTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Names_are_read_back_as_the_kernels_build_laid_them_down(bool offsetsLast)
    {
        KernelImageBuilder image = new(offsetsLast);
        LinuxGuest? found = LinuxGuest.Find(image.Memory);
        Assert.NotNull(found);
        Assert.Equal((KernelImageBuilder.Start, 0x100_000u, "6.1.0-99-test"), (found.Base, found.Size, found.Release));
        Assert.Equal(image.Names.Count, found.Names.Count);
        foreach ((string name, ulong address) in image.Names)
            Assert.Equal(new KernelName(name[2..], address, name[0]), Assert.Single(found.Names.Find(name[2..])));
        Assert.Null(found.Types(image.Memory));
        Assert.Empty(found.Modules(image.Memory));

        Assert.True(found.IsStillThere(image.Memory));
        image.Bytes[0x1010] ^= 1;
        Assert.False(found.IsStillThere(image.Memory));
    }

    [Theory]
    [InlineData("markers", 8)]
    [InlineData("names", 0)]
    [InlineData("index", 100)]
    [InlineData("base", 7)]
    [InlineData("count", 1)]
    public void A_table_that_does_not_agree_with_the_others_is_none(string part, int offset)
    {
        KernelImageBuilder image = new(offsetsLast: false);
        image.Bytes[image.Places[part] + offset] ^= 0x55;
        Assert.Null(LinuxGuest.At(image.Memory, KernelImageBuilder.Start));
    }

    [Fact]
    public void Memory_without_a_kernel_has_none()
    {
        KernelImageBuilder image = new(offsetsLast: true);
        image.Bytes.AsSpan().Clear();
        Assert.Null(LinuxGuest.Find(image.Memory));
    }

    [Fact]
    public void Damaged_tables_are_refused_or_read()
    {
        KernelImageBuilder image = new(offsetsLast: true, names: 4500);
        byte[] good = [.. image.Bytes];
        int first = image.Places["count"], last = image.Places["base"] + 8;
        Random random = new(9);
        for (int i = 0; i < Fuzzing.Count(60); i++)
        {
            good.CopyTo(image.Bytes, 0);
            for (int changes = random.Next(1, 4); changes > 0; changes--) image.Bytes[random.Next(first, last)] ^= (byte)random.Next(1, 256);
            _ = LinuxGuest.At(image.Memory, KernelImageBuilder.Start)?.Names.Count;
        }
    }
}
