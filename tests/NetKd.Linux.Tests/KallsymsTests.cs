using System.Text;
using NetKd.Linux.Kallsyms;
using NetKd.Symbols;

namespace NetKd.Linux.Tests;

/// <summary>The text of /proc/kallsyms, and the names as a symbol file.</summary>
public sealed class KallsymsTests
{
    private const string Text = """
        0000000000000000 A fixed_percpu_data
        0000000000021580 A current_task
        ffffffff81000000 t local_alias
        ffffffff81000000 T _text
        ffffffff81000040 T start_kernel
        ffffffff81000100 t helper
        ffffffff81000200 T helper
        ffffffff82000000 D init_task
        ffffffffc0000000 t loop_init	[loop]
        ffffffffc0000010 d loop_list	[loop]
        ffffffffc0100000 t crc	[crc_itu_t]

        """;

    [Fact]
    public void Lines_are_names_of_the_kernel_and_of_its_modules()
    {
        KallsymsText text = Read(Text + "no line\nffffffff8100 T\n");
        Assert.Equal((8, 2, 2, false), (text.Kernel.Count, text.Modules.Count, text.BadLines, text.HidesAddresses));
        Assert.Equal(new KernelName("init_task", 0xFFFFFFFF82000000, 'D'), Assert.Single(text.Kernel.Find("init_task")));
        Assert.Equal([0xFFFFFFFF81000100ul, 0xFFFFFFFF81000200ul], text.Kernel.Find("helper").Select(n => n.Address));
        Assert.Empty(text.Kernel.Find("help"));
        Assert.Empty(text.Kernel.Find("loop_init"));
        Assert.Equal(["loop_init", "loop_list"], text.Modules["loop"].Match("LOOP_*").Select(n => n.Name));
    }

    [Fact]
    public void Zeros_are_addresses_that_the_kernel_hides()
    {
        Assert.True(Read("0000000000000000 T _text\n0000000000000000 T _end\n").HidesAddresses);
        Assert.False(Read("").HidesAddresses);
    }

    [Fact]
    public void A_text_that_comes_in_pieces_or_has_endless_lines_is_read_alike()
    {
        string whole = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"ffffffff81{i:x6} T name_{i}\n"));
        KallsymsText text = KallsymsText.Read(new PieceStream(Encoding.ASCII.GetBytes(whole)));
        Assert.Equal((20_000, 0), (text.Kernel.Count, text.BadLines));
        Assert.Equal("name_19999", text.Kernel[19_999].Name);
        KallsymsText endless = Read(new string('x', 600_000) + "\nffffffff81000000 T last");
        Assert.Equal("last", Assert.Single(endless.Kernel.Match("*")).Name);
        Assert.True(endless.BadLines > 0);
    }

    [Fact]
    public void Damaged_texts_are_read_as_far_as_they_go()
    {
        byte[] good = Encoding.ASCII.GetBytes(Text);
        Random random = new(77);
        for (int i = 0; i < Fuzzing.Count(20_000); i++)
        {
            KallsymsText text = KallsymsText.Read(new MemoryStream(Fuzzing.Mutate(random, good, 2000)));
            _ = text.Kernel.Find("init_task").Count;
            if (text.Kernel.Count > 0) _ = text.Kernel[text.Kernel.RankAtOrBefore(ulong.MaxValue)].Name;
        }
    }

    [Fact]
    public void A_symbol_file_finds_what_stands_at_before_and_behind_an_address()
    {
        using KallsymsFile file = new("kallsyms", 0xFFFFFFFF81000000, Read(Text).Kernel);
        Assert.True(file.TryFindNearest(0x50, out Symbol symbol));
        Assert.Equal(("start_kernel", 0x40u, SymbolKind.Function), (symbol.Name, symbol.Offset, symbol.Kind));
        // Of one place, the name that the whole kernel knows.
        Assert.True(file.TryFindNearest(0, out symbol));
        Assert.Equal("_text", symbol.Name);
        Assert.Equal(["_text", "local_alias"], file.FindAt(0).Select(s => s.Name));
        Assert.True(file.TryFindNext(0x100, out symbol));
        Assert.Equal(0x200u, symbol.Offset);
        Assert.False(file.TryFindNext(0x1000000, out _));
        Assert.Equal(SymbolKind.ThreadData, Assert.Single(file.Find("current_task")).Kind);
        Assert.Equal("init_task", Assert.Single(file.Find("INIT_TASK")).Name);
        Assert.Equal((SymbolKind.Data, 0x1000000u), (file.Find("init_task")[0].Kind, file.Find("init_task")[0].Offset));
    }

    private static KallsymsText Read(string text) => KallsymsText.Read(new MemoryStream(Encoding.ASCII.GetBytes(text)));

    private sealed class PieceStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 7));
    }
}
