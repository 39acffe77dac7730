using NetKd.Linux.Guests;
using NetKd.Linux.Kallsyms;
using NetKd.Symbols;

namespace NetKd.Linux.Tests;

/// <summary>The names that kernels of several ages keep in their memory.</summary>
public sealed class KallsymsMemoryTests
{
    private const ulong Start = KallsymsTables.Start;

    [Theory]
    [InlineData(TablesLayout.OffsetsFirst, true)]
    [InlineData(TablesLayout.OffsetsFirst, false)]
    [InlineData(TablesLayout.OffsetsFirstWithSequence, true)]
    [InlineData(TablesLayout.OffsetsFirstWithSequence, false)]
    [InlineData(TablesLayout.OffsetsLast, true)]
    [InlineData(TablesLayout.OffsetsLast, false)]
    internal void The_names_are_those_that_were_laid_down(TablesLayout layout, bool absolute)
    {
        List<(char Type, string Name, ulong Address)> wanted = KallsymsTables.Names(5000, absolute);
        KallsymsTables tables = new(layout, absolute, wanted);
        // Before the tables, and behind them.
        tables.Holes.UnionWith([2, 3, 9, (int)(tables.Size / 4096)]);
        KernelNames? names = KallsymsMemory.Read(tables, Start, tables.Size);
        Assert.NotNull(names);
        Assert.Equal(wanted.OrderBy(n => n.Address).Select(n => new KernelName(n.Name, n.Address, n.Type)), Enumerable.Range(0, names.Count).Select(rank => names[rank]));
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(4352)]
    [InlineData(4353)]
    [InlineData(8191)]
    public void Counts_at_the_border_of_a_marker_are_read(int count)
    {
        foreach (TablesLayout layout in Enum.GetValues<TablesLayout>())
        {
            KallsymsTables tables = new(layout, true, KallsymsTables.Names(count - 4, true));
            Assert.Equal(count, KallsymsMemory.Read(tables, Start, tables.Size)?.Count);
        }
    }

    [Theory]
    [InlineData("markers", 0, 1)]
    [InlineData("markers", 41, 0x10)]
    [InlineData("index", 2, 1)]
    [InlineData("index", 511, 0x80)]
    [InlineData("names", 5, 0xFF)]
    [InlineData("count", 3, 0x80)]
    [InlineData("count", 0, 0x20)]
    [InlineData("base", 5, 0xFF)]
    [InlineData("tokens", 20, 0xFF)]
    public void A_damaged_table_is_none(string part, int offset, byte change)
    {
        foreach (TablesLayout layout in Enum.GetValues<TablesLayout>())
        {
            KallsymsTables tables = new(layout, true, KallsymsTables.Names(5000, true));
            // Lengths stand in front of names; that of the first is said too long.
            int at = tables.Places[part] + (part == "names" ? 0 : offset);
            tables.Bytes[at] ^= change;
            Assert.Null(KallsymsMemory.Read(tables, Start, tables.Size));
        }
    }

    [Theory]
    [InlineData("names")]
    [InlineData("markers")]
    [InlineData("tokens")]
    [InlineData("index")]
    [InlineData("offsets")]
    public void A_table_with_a_page_that_cannot_be_read_is_none(string part)
    {
        foreach (TablesLayout layout in Enum.GetValues<TablesLayout>())
        {
            KallsymsTables tables = new(layout, true, KallsymsTables.Names(5000, true));
            tables.Holes.Add(tables.Places[part] / 4096);
            Assert.Null(KallsymsMemory.Read(tables, Start, tables.Size));
        }
    }

    [Fact]
    public void Names_that_are_cut_are_none()
    {
        KallsymsTables tables = new(TablesLayout.OffsetsLast, true, KallsymsTables.Names(5000, true));
        tables.Bytes[(tables.Places["names"] + 20_000)..tables.Places["markers"]].Clear();
        Assert.Null(KallsymsMemory.Read(tables, Start, tables.Size));
        // The range ends before the tokens do.
        tables = new KallsymsTables(TablesLayout.OffsetsLast, true, KallsymsTables.Names(5000, true));
        Assert.Null(KallsymsMemory.Read(tables, Start, (ulong)tables.Places["tokens"]));
        Assert.Null(KallsymsMemory.Read(tables, Start, 0));
    }

    [Fact]
    public void Fewer_names_than_any_kernel_has_are_none()
    {
        KallsymsTables tables = new(TablesLayout.OffsetsLast, true, KallsymsTables.Names(1000, true));
        Assert.Null(KallsymsMemory.Read(tables, Start, tables.Size));
    }

    [Fact]
    public void Damaged_memory_gives_names_or_none()
    {
        KallsymsTables[] kernels = [.. Enum.GetValues<TablesLayout>().Select(layout => new KallsymsTables(layout, true, KallsymsTables.Names(4500, true)))];
        byte[][] good = [.. kernels.Select(kernel => kernel.Bytes.ToArray())];
        Random random = new(11);
        for (int i = 0; i < Fuzzing.Count(300); i++)
        {
            KallsymsTables kernel = kernels[i % kernels.Length];
            good[i % kernels.Length].CopyTo(kernel.Bytes);
            kernel.Holes.Clear();
            int first = kernel.Places.Values.Min();
            switch (random.Next(3))
            {
                case 0:
                    for (int changes = random.Next(1, 5); changes > 0; changes--) kernel.Bytes[random.Next(first, kernel.End)] ^= (byte)random.Next(1, 256);
                    break;
                case 1:
                    random.NextBytes(kernel.Bytes.Slice(random.Next(first, kernel.End - 64), 64));
                    break;
                default:
                    kernel.Holes.Add(random.Next((int)kernel.Size / 4096));
                    kernel.Bytes[random.Next(kernel.Places["tokens"], kernel.End)] ^= (byte)random.Next(1, 256);
                    break;
            }

            if (KallsymsMemory.Read(kernel, Start, kernel.Size) is { Count: > 0 } names) _ = names[names.Count - 1].Name;
            _ = LinuxGuest.At(kernel, Start)?.Release;
        }
    }

    [Fact]
    public void A_guest_is_there_until_its_banner_changes_or_its_page_goes()
    {
        KallsymsTables tables = new(TablesLayout.OffsetsLast, true, KallsymsTables.Names(5000, true));
        LinuxGuest? guest = LinuxGuest.At(tables, Start);
        Assert.NotNull(guest);
        Assert.Equal((Start, 0x200_000u, ""), (guest.Base, guest.Size, guest.Release));
        // Without a banner nobody can tell.
        Assert.False(guest.IsStillThere(tables));

        "Linux version 6.12.1-test (x@y) #2\0"u8.CopyTo(tables.Bytes[0x1000..]);
        guest = LinuxGuest.At(tables, Start)!;
        Assert.Equal("6.12.1-test", guest.Release);
        Assert.True(guest.IsStillThere(tables));
        tables.Holes.Add(1);
        Assert.False(guest.IsStillThere(tables));
        tables.Holes.Clear();
        Assert.True(guest.IsStillThere(tables));
        "Linux version 6.12.2"u8.CopyTo(tables.Bytes[0x1000..]);
        Assert.False(guest.IsStillThere(tables));
    }

    [Fact]
    public void A_kernel_without_the_names_of_its_beginning_and_end_is_no_guest()
    {
        foreach (string missing in (string[])["_text", "_end"])
        {
            KallsymsTables tables = new(TablesLayout.OffsetsLast, true, [.. KallsymsTables.Names(5000, true).Where(n => n.Name != missing)]);
            Assert.NotNull(KallsymsMemory.Read(tables, Start, tables.Size));
            Assert.Null(LinuxGuest.At(tables, Start));
        }
    }

    [Fact]
    public void A_release_is_taken_from_a_banner_that_is_like_others()
    {
        Assert.Equal("6.1.0-56-cloud-amd64", LinuxGuest.ReleaseOf("Linux version 6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org)"));
        Assert.Equal(["6.1", "", "", ""], ((string[])["Linux version 6.1", "Linux version", "", "Darwin version 6.1 x"]).Select(LinuxGuest.ReleaseOf));
    }

    [Fact]
    public void A_search_that_finds_the_same_for_ever_ends()
    {
        EndlessFinds memory = new();
        Assert.Null(KallsymsMemory.Read(memory, Start, 64 << 20));
        Assert.InRange(memory.Searches, 1, 1000);
    }

    [Fact]
    public void Looking_ends_at_the_highest_address()
    {
        BoundedReads memory = new();
        Assert.Null(KallsymsMemory.Read(memory, 0xFFFFFFFF_FFFFF000, 0xFFF));
    }

    /// <summary>Memory without anything, that is asked only so often.</summary>
    private sealed class BoundedReads : IAddressReader
    {
        private int _reads;

        public int Read(ulong address, Span<byte> destination) => ++_reads < 1000 ? 0 : throw new InvalidOperationException($"read without end, now at {address:x}");
    }

    /// <summary>Memory of zeros where every search finds its pattern at once.</summary>
    private sealed class EndlessFinds : ISearchableMemory
    {
        public int Searches { get; private set; }

        public int Read(ulong address, Span<byte> destination)
        {
            destination.Clear();
            return destination.Length;
        }

        public ulong? Search(ulong address, ulong length, ReadOnlySpan<byte> pattern)
        {
            Searches++;
            return address;
        }
    }
}
