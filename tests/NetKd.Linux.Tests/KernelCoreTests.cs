using System.Buffers.Binary;
using NetKd.Linux.Local;

namespace NetKd.Linux.Tests;

/// <summary>Core files as /proc/kcore is one, with segments that follow each other, end early or lie.</summary>
public sealed class KernelCoreTests : IDisposable
{
    private const ulong Direct = 0xFFFF8880_00000000;
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"netkd-core-{Guid.NewGuid():n}");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_read_goes_on_in_the_segment_that_follows()
    {
        using KernelCore core = Open(512, new CoreSegment(Direct + 0x40, 0x2040, 0x40, 0x140), new CoreSegment(Direct, 0x1000, 0x40, 0x100));
        byte[] bytes = new byte[0x40];
        Assert.Equal(0x40, core.Read(Direct + 0x20, bytes));
        Assert.Equal(Enumerable.Range(0x20, 0x40).Select(i => (byte)i), bytes);
        // In the machine they do not follow each other.
        Assert.Equal(0x20, core.ReadPhysical(0x1020, bytes));
        Assert.Equal(0x40, core.ReadPhysical(0x2040, bytes));
        Assert.Equal(0x40, bytes[0]);
        Assert.Equal((Direct + 0x40, Direct + 0x80, 0ul), (core.EndOf(Direct), core.EndOf(Direct + 0x7F), core.EndOf(Direct + 0x80)));
    }

    [Fact]
    public void A_segment_that_the_file_does_not_hold_whole_is_read_short()
    {
        using KernelCore core = Open(0x120, new CoreSegment(Direct, ulong.MaxValue, 0x1000, 0x100));
        byte[] bytes = new byte[0x40];
        Assert.Equal(0x20, core.Read(Direct, bytes));
        Assert.Equal(0, core.Read(Direct + 0x800, bytes));
        Assert.Equal(0, core.Read(Direct - 1, bytes));
        Assert.Equal(0, core.Read(Direct, []));
        // Without a physical address it is not in physical memory.
        Assert.Equal(0, core.ReadPhysical(ulong.MaxValue, bytes));
    }

    [Fact]
    public void Headers_that_are_no_memory_or_lead_nowhere_are_passed_over()
    {
        using KernelCore core = Open(512, new CoreSegment(Direct, 0, 0x40, 0x100, Type: 4), new CoreSegment(Direct, 0, ulong.MaxValue, 0x100), new CoreSegment(Direct, 0, 0x40, -1), new CoreSegment(Direct, 0, 0x20, 0x140));
        byte[] bytes = new byte[0x40];
        Assert.Equal(0x20, core.Read(Direct, bytes));
        Assert.Equal(0x40, bytes[0]);
    }

    [Fact]
    public void Program_headers_that_no_core_file_has_are_refused()
    {
        byte[] good = CoreFile.Make(512, new CoreSegment(Direct, 0, 0x40, 0x100));
        Assert.Contains("4097 program headers", Refusal(good, 56, 4097), StringComparison.Ordinal);
        Assert.Contains("of 32 bytes", Refusal(good, 54, 32), StringComparison.Ordinal);
        Assert.Contains("within its program headers", Refusal(good, 56, 100), StringComparison.Ordinal);
        Assert.Contains("within its program headers", Refusal(good[..100], 56, 1), StringComparison.Ordinal);
        Assert.Contains("no 64-bit", Refusal(good[..63]), StringComparison.Ordinal);
        Assert.Contains("no 64-bit", Refusal([]), StringComparison.Ordinal);
        byte[] other = [.. good];
        other[4] = 1;
        Assert.Contains("no 64-bit", Refusal(other), StringComparison.Ordinal);
        (other[4], other[5]) = (2, 2);
        Assert.Contains("little-endian", Refusal(other), StringComparison.Ordinal);
        other[5] = 1;
        other[39] = 0x80;
        Assert.Contains("not those of a core file", Refusal(other), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_as_such() => Assert.Throws<FileNotFoundException>(() => KernelCore.Open(_path));

    [Fact]
    public void Damaged_headers_are_refused_or_give_what_is_there()
    {
        byte[] good = CoreFile.Make(0x200, new CoreSegment(Direct, 0x1000, 0x80, 0x100), new CoreSegment(Direct + 0x80, ulong.MaxValue, 0x80, 0x180));
        Random random = new(4);
        byte[] buffer = new byte[0x180];
        for (int i = 0; i < Fuzzing.Count(2000); i++)
        {
            File.WriteAllBytes(_path, Fuzzing.Mutate(random, good, 1024));
            try
            {
                using KernelCore core = KernelCore.Open(_path);
                foreach (ulong address in (ulong[])[0, Direct - 1, Direct, Direct + 0x7F, ulong.MaxValue])
                {
                    Assert.InRange(core.Read(address, buffer), 0, buffer.Length);
                    Assert.InRange(core.ReadPhysical(address & 0xFFFF, buffer), 0, buffer.Length);
                    _ = core.EndOf(address);
                }
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                // Refused, with a reason.
            }
        }
    }

    private string Refusal(byte[] bytes, int field = -1, ushort value = 0)
    {
        byte[] file = [.. bytes];
        if (field >= 0) BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(field), value);
        File.WriteAllBytes(_path, file);
        return Assert.Throws<InvalidDataException>(() => KernelCore.Open(_path)).Message;
    }

    private KernelCore Open(int size, params CoreSegment[] segments)
    {
        File.WriteAllBytes(_path, CoreFile.Make(size, segments));
        return KernelCore.Open(_path);
    }
}
