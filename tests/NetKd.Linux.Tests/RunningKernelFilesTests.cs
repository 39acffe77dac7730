using System.Text;
using NetKd.Linux.Local;

namespace NetKd.Linux.Tests;

/// <summary>Files of /proc and /sys that are missing, or hold what nobody expects.</summary>
public sealed class RunningKernelFilesTests : IDisposable
{
    private readonly KernelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_without_anything_has_nothing_and_says_so()
    {
        RunningKernel kernel = new(_folder.Root);
        Assert.Contains("CONFIG_PROC_KCORE", kernel.WhyNot(), StringComparison.Ordinal);
        Assert.Equal("", kernel.Release);
        Assert.Empty(kernel.Modules());
        Assert.Null(kernel.ReadTypes("vmlinux"));
        Assert.False(kernel.TryFindImage(out _));
        Assert.ThrowsAny<IOException>(() => kernel.Names);
    }

    [Fact]
    public void Names_that_are_not_there_are_said_to_be_missing()
    {
        // An ELF header without any program headers is a core file too.
        byte[] core = new byte[64];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(core);
        core[54] = 56;
        _folder.Write("proc/kcore", core);
        RunningKernel kernel = new(_folder.Root);
        Assert.Contains("CONFIG_KALLSYMS", kernel.WhyNot(), StringComparison.Ordinal);
        foreach (string text in (string[])["", " _text\n", "xyz T _text\n", "ffffffff81000000 T _text_end\n", "ffffffffc0000000 t _text\t[m]\n"])
        {
            _folder.Write("proc/kallsyms", text);
            Assert.Contains("CONFIG_KALLSYMS", kernel.WhyNot(), StringComparison.Ordinal);
        }

        _folder.Write("proc/kallsyms", "ffffffff81000000 T startup_64\nffffffff81000000 T _text\n");
        Assert.Null(kernel.WhyNot());
        core[57] = 0xFF;
        _folder.Write("proc/kcore", core);
        Assert.Contains("65280 program headers", kernel.WhyNot(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_modules_that_are_none_are_passed_over()
    {
        _folder.Write("proc/modules", """
            b 8192 2 a,c, Live 0xffffffffc0200000 (OE)

            short 4096 0 -
            large 99999999999 0 - Live 0xffffffffc0300000
            negative -1 0 - Live 0xffffffffc0300000
            nowhere 4096 0 - Live nowhere
            a 4096 0 - Loading ffffffffc0100000
            """);
        Assert.Equal([new KernelModule("a", 0xFFFFFFFFC0100000, 4096), new KernelModule("b", 0xFFFFFFFFC0200000, 8192)], new RunningKernel(_folder.Root).Modules());
    }

    [Fact]
    public void Types_are_read_from_their_folder_only()
    {
        _folder.Write("sys/kernel/btf/loop", "types");
        _folder.Write("sys/kernel/secret", "secret");
        RunningKernel kernel = new(_folder.Root);
        Assert.Equal("types"u8.ToArray(), kernel.ReadTypes("loop"));
        foreach (string name in (string[])["../secret", "..", ".", "", "/etc/passwd", "other"]) Assert.Null(kernel.ReadTypes(name));
    }

    [Fact]
    public void Damaged_lists_are_read_as_far_as_they_go()
    {
        byte[] names = Encoding.ASCII.GetBytes("ffffffff81000000 T _text\nffffffffc0000000 t init\t[loop]\n");
        byte[] modules = Encoding.ASCII.GetBytes("loop 32768 0 - Live 0xffffffffc0100000\ncrc 16384 1 loop, Live 0xffffffffc0000000\n");
        Random random = new(12);
        for (int i = 0; i < Fuzzing.Count(2000); i++)
        {
            _folder.Write("proc/kallsyms", Fuzzing.Mutate(random, names, 300));
            _folder.Write("proc/modules", Fuzzing.Mutate(random, modules, 300));
            RunningKernel kernel = new(_folder.Root);
            _ = kernel.TryFindImage(out _);
            _ = kernel.Names.Kernel.Count;
            Assert.All(kernel.Modules(), module => Assert.NotEqual(0ul, module.Base));
        }
    }
}
