using NetKd.Protocol.Kd;
using NetKd.Target.Simulation;

namespace NetKd.Engine.Tests;

public class MemoryTests
{
    [Fact]
    public async Task A_second_read_of_the_same_page_costs_nothing()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        byte[] bytes = new byte[128];
        Assert.Equal(128, target.Client.Virtual.Read(KernelLayout.KernelBase + 0x1000, bytes));
        uint requests = target.Target.Requests.Total;
        Assert.Equal(128, target.Client.Virtual.Read(KernelLayout.KernelBase + 0x1040, bytes));
        Assert.Equal(requests, target.Target.Requests.Total);
    }

    [Fact]
    public async Task Unreadable_memory_is_a_short_count_and_is_asked_for_once()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        uint before = target.Target.Requests.Total;
        Assert.Equal(0, target.Client.Virtual.Read(0x12, new byte[16]));
        Assert.Equal(0, target.Client.Virtual.Read(0x40, new byte[16]));
        Assert.Equal(before + 1, target.Target.Requests.Total);
    }

    [Theory]
    [InlineData(4, 0x548)]
    [InlineData(5, 0x448)]
    public async Task A_large_read_takes_what_a_cycle_carries(byte version, int carries)
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync(version);
        byte[] bytes = new byte[1 << 20];
        uint before = target.Target.Requests.Of(ManipulateApi.DbgKdReadVirtualMemoryApi);
        Assert.Equal(bytes.Length, target.Client.Virtual.Read(BulkAddress, bytes));
        uint requests = target.Target.Requests.Of(ManipulateApi.DbgKdReadVirtualMemoryApi) - before;
        Assert.Equal((uint)((bytes.Length + carries - 1) / carries), requests);
        byte[] piece = new byte[64];
        target.Client.Virtual.Read(BulkAddress + 0x54321, piece);
        Assert.Equal(bytes.AsSpan(0x54321, 64).ToArray(), piece);
    }

    [Fact]
    public async Task What_is_written_is_read_back_across_pages()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        byte[] data = new byte[3000];
        new Random(7).NextBytes(data);
        Assert.Equal(data.Length, target.Client.Virtual.Write(BulkAddress + 0xF00, data));
        byte[] back = new byte[3000];
        Assert.Equal(back.Length, target.Client.Virtual.Read(BulkAddress + 0xF00, back));
        Assert.Equal(data, back);
        ulong? found = target.Client.Virtual.Search(BulkAddress, 0x4000, data.AsSpan(100, 20));
        Assert.Equal(BulkAddress + 0xF00 + 100, found);
        Assert.True(target.Client.Virtual.Fill(BulkAddress + 0xF00, 3000, [0xAB, 0xCD, 0xEF]));
        target.Client.Virtual.Read(BulkAddress + 0xF00, back);
        Assert.Equal([0xAB, 0xCD, 0xEF, 0xAB], back[..4]);
    }

    [Fact]
    public async Task Physical_memory_is_what_the_page_tables_say()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        ulong table = target.Client.Registers.Get("cr3");
        ulong address = KernelLayout.KernelBase + 0x1000;
        byte[] entry = new byte[8];
        for (int shift = 39; shift >= 12; shift -= 9)
        {
            Assert.Equal(8, target.Client.Physical.Read(table + (address >> shift & 0x1FF) * 8, entry));
            ulong value = BitConverter.ToUInt64(entry);
            Assert.Equal(1ul, value & 1);
            table = value & 0x000F_FFFF_FFFF_F000;
        }

        byte[] physical = new byte[64];
        byte[] virtually = new byte[64];
        target.Client.Physical.Read(table, physical);
        target.Client.Virtual.Read(address, virtually);
        Assert.Equal(virtually, physical);
    }

    [Fact]
    public async Task Model_specific_registers_and_ports_answer()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        Assert.True(target.Client.Msr.TryRead(0xC0000082, out ulong lstar));
        Assert.NotEqual(0ul, lstar);
        Assert.False(target.Client.Msr.TryRead(0x12345678, out _));
        Assert.True(target.Client.Io.TryRead(0x60, 1, out _));
    }

    [Fact]
    public async Task A_steady_read_allocates_nothing()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        byte[] bytes = new byte[0x548 * 16];
        for (int i = 0; i < 50; i++) target.Client.Virtual.ReadUncached(BulkAddress, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++) target.Client.Virtual.ReadUncached(BulkAddress, bytes);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ulong BulkAddress => BulkRegion.VirtualBase;
}
