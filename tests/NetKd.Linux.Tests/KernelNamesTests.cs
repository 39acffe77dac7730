using System.Text;
using NetKd.Linux.Kallsyms;
using NetKd.Symbols;

namespace NetKd.Linux.Tests;

/// <summary>Names of a kernel, searched by name, by pattern and by address.</summary>
public sealed class KernelNamesTests
{
    private const ulong Text = 0xFFFFFFFF_81000000;

    [Fact]
    public void Names_are_found_exactly_and_duplicates_all()
    {
        KernelNames names = Build((Text, 't', "probe"), (Text + 0x20, 't', "probe"), (Text + 0x10, 'T', "probe_all"), (Text + 0x30, 'T', "my_probe"));
        Assert.Equal([Text, Text + 0x20], names.Find("probe").Select(n => n.Address));
        Assert.Equal([], [.. names.Find("prob"), .. names.Find("Probe"), .. names.Find(""), .. names.Find("pröbe"), .. names.Find(new string('p', 2000))]);
        Assert.True(names.TryFind("my_probe", out ulong address));
        Assert.Equal(Text + 0x30, address);
        Assert.False(names.TryFind("all", out _));
    }

    [Fact]
    public void A_name_with_a_nul_is_none()
    {
        KernelNames names = Build((Text, 'T', "first"), (Text + 1, 'T', "second"));
        Assert.Empty(names.Find("first\0second"));
    }

    [Fact]
    public void Patterns_take_any_letter_case_and_answer_in_the_order_of_addresses()
    {
        KernelNames names = Build((Text + 0x30, 'T', "vfs_write"), (Text, 'T', "vfs_read"), (Text + 0x10, 't', "vfs_Road"), (Text + 0x20, 'D', "other"));
        Assert.Equal(["vfs_read", "vfs_Road", "vfs_write"], Match(names, "VFS_*"));
        Assert.Equal(["vfs_read", "vfs_Road"], Match(names, "vfs_r??d"));
        Assert.Equal(["vfs_Road"], Match(names, "vfs_road"));
        Assert.Equal(4, Match(names, "*").Length);
        Assert.Empty(Match(names, "vfs"));
    }

    [Fact]
    public void The_nearest_name_is_the_one_at_or_before()
    {
        KernelNames names = Build((Text + 0x10, 'T', "b"), (Text, 'T', "a"), (ulong.MaxValue, 'A', "last"));
        Assert.Equal([-1, 0, 0, 0, 1, 1, 2], ((ulong[])[Text - 1, Text, Text + 1, Text + 0xF, Text + 0x10, ulong.MaxValue - 1, ulong.MaxValue]).Select(names.RankAtOrBefore));
        Assert.Equal([0, 0, 1, 1, 2, 2], ((ulong[])[0, Text, Text + 1, Text + 0x10, Text + 0x11, ulong.MaxValue]).Select(names.RankOf));
        Assert.Equal(new KernelName("b", Text + 0x10, 'T'), names[1]);
        KernelNames none = new KernelNamesBuilder().Build();
        Assert.Equal((0, 0, -1, -1), (none.Count, none.RankOf(Text), none.RankAtOrBefore(0), none.RankAtOrBefore(ulong.MaxValue)));
        Assert.Empty(none.Find("a"));
        Assert.Empty(none.Match("*"));
    }

    [Fact]
    public void Of_several_names_of_a_place_those_of_the_whole_kernel_come_first_then_the_kernels_order()
    {
        KernelNames names = Build((Text, 't', "local_one"), (Text, 'T', "global_one"), (Text, 'd', "local_two"), (Text, 'W', "global_two"), (Text - 1, 't', "before"));
        Assert.Equal(["before", "global_one", "global_two", "local_one", "local_two"], Enumerable.Range(0, 5).Select(rank => names[rank].Name));
        Assert.Equal(1, names.RankAtOrBefore(Text + 5));
    }

    [Fact]
    public void Empty_names_and_those_with_a_nul_are_left_out_and_long_ones_kept()
    {
        KernelNamesBuilder builder = new();
        builder.Add(1, (byte)'T', ""u8);
        builder.Add(2, (byte)'T', "a\0b"u8);
        builder.Add(3, (byte)'T', Encoding.ASCII.GetBytes(new string('x', 10_000)));
        builder.Add(4, (byte)'T', "end"u8);
        KernelNames names = builder.Build();
        Assert.Equal((2, 2, 10_000), (builder.Count, names.Count, names[0].Name.Length));
        Assert.Equal("end", Assert.Single(names.Find("end")).Name);
    }

    [Fact]
    public void A_text_of_pieces_has_the_modules_of_its_lines()
    {
        KallsymsText text = Read("ffffffffc0000000 t one\t[a]\nffffffff81000000 T kernel\nffffffffc0000010 t two\t[b]\nffffffffc0000020 t three\t[a]\n");
        Assert.Equal(["kernel"], Match(text.Kernel, "*"));
        Assert.Equal(["one", "three"], Match(text.Modules["a"], "*"));
        Assert.Equal(["two"], Match(text.Modules["b"], "*"));
    }

    [Fact]
    public void A_name_of_a_module_without_a_name_is_not_the_kernels()
    {
        KallsymsText text = Read("ffffffff81000000 T kernel\nffffffffc0000000 t stray\t[]\n");
        Assert.Equal(["kernel"], Match(text.Kernel, "*"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ffffffff81000000")]
    [InlineData("ffffffff81000000 T")]
    [InlineData("ffffffff81000000 T ")]
    [InlineData("ffffffff81000000  _text")]
    [InlineData("xyz T _text")]
    [InlineData("11ffffffff81000000 T _text")]
    public void A_line_that_is_none_is_counted(string line)
    {
        KallsymsText text = Read($"{line}\nffffffff81000000 T good\n");
        Assert.Equal((1, 1), (text.BadLines, text.Kernel.Count));
    }

    [Fact]
    public void What_stands_behind_in_a_line_longer_than_the_buffer_is_no_line()
    {
        // The buffer is full of x, and its line goes on with what would be a name.
        KallsymsText text = Read(new string('x', 256 * 1024) + "ffffffff81000000 T fake\nffffffff81000010 T good\n");
        Assert.Equal(["good"], Match(text.Kernel, "*"));
    }

    [Fact]
    public void One_address_that_is_shown_is_enough()
    {
        Assert.False(Read("0000000000000000 T a\nffffffff81000000 T b\n").HidesAddresses);
        Assert.True(Read("0000000000000000 T a\n0000000000000000 t b\t[m]\n").HidesAddresses);
    }

    [Fact]
    public void Variables_of_each_processor_are_at_their_offset_in_its_area()
    {
        using KallsymsFile file = new("kallsyms", Text, Build((0, 'A', "fixed"), (0x1580, 'A', "current"), (Text, 'T', "_text"), (Text + 0x100, 'B', "counter")));
        Symbol current = Assert.Single(file.Find("current"));
        Assert.Equal((SymbolKind.ThreadData, 0x1580u), (current.Kind, current.Offset));
        Assert.Equal(["fixed", "current", "_text", "counter"], file.Match("*").Select(s => s.Name));
        // They are not in the image.
        Assert.Equal("_text", Assert.Single(file.FindAt(0)).Name);
        Assert.Empty(file.FindAt(0x1580));
        Assert.True(file.TryFindNearest(0x1580, out Symbol nearest));
        Assert.Equal((SymbolKind.Data, "counter"), (nearest.Kind, nearest.Name));
    }

    [Fact]
    public void Nothing_follows_the_last_name()
    {
        using KallsymsFile file = new("kallsyms", Text, Build((0x10, 'A', "each"), (Text, 'T', "_text"), (Text + 0x100, 'T', "last")));
        Assert.True(file.TryFindNext(0, out Symbol next));
        Assert.Equal(("last", 0x100u), (next.Name, next.Offset));
        Assert.True(file.TryFindNext(0xFF, out _));
        Assert.False(file.TryFindNext(0x100, out _));
        Assert.False(file.TryFindNext(0x7EFF_FFFE, out _));
    }

    [Theory]
    [InlineData(0x7EFF_FFFFu)]
    [InlineData(0x7F00_0000u)]
    [InlineData(uint.MaxValue)]
    public void Nothing_follows_an_offset_that_leads_over_the_highest_address(uint offset)
    {
        using KallsymsFile file = new("kallsyms", Text, Build((0x10, 'A', "each"), (Text, 'T', "_text"), (Text + 0x100, 'T', "last")));
        Assert.False(file.TryFindNext(offset, out _));
    }

    [Fact]
    public void A_variable_of_each_processor_is_not_at_an_offset_that_leads_over_the_highest_address()
    {
        using KallsymsFile file = new("kallsyms", Text, Build((0x10, 'A', "each"), (Text, 'T', "_text")));
        // Base and offset together are the address 0x10.
        Assert.Empty(file.FindAt(0x7F00_0010));
    }

    private static string[] Match(KernelNames names, string pattern) => [.. names.Match(pattern).Select(n => n.Name)];

    private static KallsymsText Read(string text) => KallsymsText.Read(new MemoryStream(Encoding.ASCII.GetBytes(text)));

    private static KernelNames Build(params (ulong Address, char Type, string Name)[] names)
    {
        KernelNamesBuilder builder = new();
        foreach ((ulong address, char type, string name) in names) builder.Add(address, (byte)type, Encoding.ASCII.GetBytes(name));
        return builder.Build();
    }
}
