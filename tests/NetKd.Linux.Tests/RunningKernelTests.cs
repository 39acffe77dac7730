using NetKd.Linux.Local;

namespace NetKd.Linux.Tests;

/// <summary>What a running kernel tells of itself, from a folder that looks like its /proc and /sys.</summary>
public sealed class RunningKernelTests : IDisposable
{
    private const ulong Text = 0xFFFFFFFF_81000000;
    private const ulong Direct = 0xFFFF8880_00000000;
    private readonly KernelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_kernel_that_shows_everything_can_be_looked_into()
    {
        RunningKernel kernel = Whole();
        Assert.Null(kernel.WhyNot());
        Assert.Equal("6.1.0-test", kernel.Release);
        Assert.True(kernel.TryFindImage(out ulong start));
        Assert.Equal(Text, start);
        Assert.Equal([new KernelModule("crc", 0xFFFFFFFFC0000000, 16384), new KernelModule("loop", 0xFFFFFFFFC0100000, 32768)], kernel.Modules());
        Assert.Equal(3, kernel.Names.Kernel.Count);
        Assert.Equal([1, 2, 3], kernel.ReadTypes("vmlinux")!);
        Assert.Null(kernel.ReadTypes("../vmlinux"));
        Assert.Null(kernel.ReadTypes("loop"));
    }

    [Fact]
    public void Each_reason_why_not_says_what_to_do()
    {
        RunningKernel kernel = Whole();
        _folder.Write("proc/kallsyms", "0000000000000000 T _text\n"u8);
        Assert.Contains("kernel.kptr_restrict", kernel.WhyNot(), StringComparison.Ordinal);
        _folder.Write("proc/kallsyms", "ffffffff81000000 T other\n"u8);
        Assert.Contains("CONFIG_KALLSYMS", kernel.WhyNot(), StringComparison.Ordinal);
        _folder.Write("proc/kcore", "no core"u8);
        Assert.Contains("no 64-bit little-endian ELF file", kernel.WhyNot(), StringComparison.Ordinal);
        File.Delete(kernel.CorePath);
        Assert.Contains("CONFIG_PROC_KCORE", kernel.WhyNot(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_core_file_is_read_where_its_headers_say()
    {
        using KernelCore core = KernelCore.Open(Whole().CorePath);
        byte[] bytes = new byte[16];
        Assert.Equal(16, core.Read(Text + 0x10, bytes));
        Assert.Equal(Enumerable.Range(0x10, 16).Select(i => (byte)i), bytes);
        Assert.Equal(Text + 0x100, core.EndOf(Text));
        // At its end less is there, outside nothing.
        Assert.Equal(8, core.Read(Text + 0xF8, bytes));
        Assert.Equal(0, core.Read(Text + 0x100, bytes));
        Assert.Equal(0, core.Read(ulong.MaxValue - 4, bytes));
        Assert.Equal(16, core.ReadPhysical(0x1000, bytes));
        Assert.Equal(0, core.ReadPhysical(0x5000, bytes));
    }

    [Fact]
    public void Damaged_core_files_are_refused_or_read()
    {
        string path = Path.Combine(_folder.Root, "core");
        byte[] good = Core();
        Random random = new(3);
        byte[] buffer = new byte[64];
        for (int i = 0; i < Fuzzing.Count(3000); i++)
        {
            File.WriteAllBytes(path, Fuzzing.Mutate(random, good, 1024));
            try
            {
                using KernelCore core = KernelCore.Open(path);
                core.Read(Text, buffer);
                core.Read(Direct, buffer);
                core.ReadPhysical(0x1000, buffer);
            }
            catch (InvalidDataException)
            {
                // Refused, with a reason.
            }
        }
    }

    private RunningKernel Whole()
    {
        _folder.Write("proc/kcore", Core());
        _folder.Write("proc/kallsyms", "ffffffff81000000 T _text\nffffffff81000100 T _end\nffffffff81000010 T start\nffffffffc0100000 t loop_init\t[loop]\n"u8);
        _folder.Write("proc/modules", "loop 32768 0 - Live 0xffffffffc0100000\ncrc 16384 1 loop, Live 0xffffffffc0000000\ngarbage\nhidden 4096 0 - Live 0x0000000000000000\n"u8);
        _folder.Write("proc/sys/kernel/osrelease", "6.1.0-test\n"u8);
        _folder.Write("sys/kernel/btf/vmlinux", [1, 2, 3]);
        return new RunningKernel(_folder.Root);
    }

    // The kernel's text, of which no physical address is known, and a page of the direct map.
    private static byte[] Core() => CoreFile.Make(0x300, new CoreSegment(Text, ulong.MaxValue, 0x100, 0x100), new CoreSegment(Direct + 0x1000, 0x1000, 0x100, 0x200));
}
