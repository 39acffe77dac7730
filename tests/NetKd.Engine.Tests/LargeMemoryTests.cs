using NetKd.Protocol.Kd;
using NetKd.Target.Hosting;
using NetKd.Target.Simulation;

namespace NetKd.Engine.Tests;

/// <summary>Packets of 8 KiB of memory, between a debugger and a target that both know them, and only between those.</summary>
public sealed class LargeMemoryTests
{
    private const ulong Address = BulkRegion.VirtualBase;
    private const int Large = 8 * 1024; // what all systems take
    private const int Ordinary = 0x548;

    [Fact]
    public async Task A_target_that_offers_them_is_asked_for_8_KiB_at_once()
    {
        using VirtualSession session = new(largeMemory: Large);
        await session.WaitAsync();
        Assert.Equal(16u, Reads(session, () => ReadWritten(session, 16 * Large)));
    }

    [Fact]
    public async Task A_target_that_does_not_is_asked_for_what_NT_gives()
    {
        using VirtualSession session = new();
        await session.WaitAsync();
        Assert.Equal((4u * Large + Ordinary - 1) / Ordinary, Reads(session, () => ReadWritten(session, 4 * Large)));
    }

    [Fact]
    public async Task A_page_is_filled_into_the_cache_by_one_request()
    {
        using VirtualSession session = new(largeMemory: Large);
        await session.WaitAsync();
        byte[] bytes = new byte[64];
        Assert.Equal(1u, Reads(session, () =>
        {
            for (uint offset = 0; offset < 4096; offset += 64) Assert.Equal(64, session.Client.Virtual.Read(Address + offset, bytes));
        }));
    }

    [Fact]
    public async Task Memory_ends_where_it_ends()
    {
        using VirtualSession session = new(largeMemory: Large);
        await session.WaitAsync();
        ulong last = KernelLayout.KernelBase;
        while (session.Client.Virtual.Read(last + 0x1000, new byte[1]) == 1) last += 0x1000;
        Assert.Equal(0x1000 - 8, session.Client.Virtual.Read(last + 8, new byte[Large]));
        Assert.Equal(0x1000 - 8, session.Client.Virtual.ReadUncached(last + 8, new byte[4 * Large]));
    }

    [Fact]
    public async Task Loss_costs_repetitions_not_bytes()
    {
        using VirtualSession session = new(new NetworkFaults { Loss = 0.2, Seed = 3 }, largeMemory: Large);
        await session.WaitAsync();
        ReadWritten(session, 16 * Large);
        Assert.NotEqual(0, session.Client.LinkStatistics!.Retransmissions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_network_that_lets_none_through_is_used_as_before(bool writesFirst)
    {
        const int EthernetFrame = 1472;
        using VirtualSession session = new(largeMemory: Large);
        session.Network.LongestDatagram = EthernetFrame;
        await session.WaitAsync();
        if (!writesFirst) Assert.Equal(64, session.Client.Virtual.Read(Address, new byte[64]));
        ReadWritten(session, 4 * Large);
        ulong physical = KernelLayout.PageTableRoot;
        Assert.Equal(2 * Large, session.Client.Physical.Read(physical, new byte[2 * Large]));
        // The time that it took to find out is lost once.
        long before = session.Network.Microseconds;
        ReadWritten(session, 4 * Large);
        Assert.InRange(session.Network.Microseconds - before, 1, 400_000);
    }

    [Fact]
    public async Task Another_machine_in_its_place_is_asked_for_what_it_gives_itself()
    {
        using VirtualSession session = new(largeMemory: Large);
        await session.WaitAsync();
        session.LargeMemory = 0;
        Task replaced = session.Network.CutTargetAfter(1).ContinueWith(_ => session.Replace(), TaskScheduler.Default);
        Assert.Throws<TargetRestartedException>(() => session.Client.Virtual.Read(Address, new byte[16 * Large]));
        await replaced;
        await session.WaitAsync();
        Assert.Equal((4u * Large + Ordinary - 1) / Ordinary, Reads(session, () => ReadWritten(session, 4 * Large)));
    }

    private static void ReadWritten(VirtualSession session, int length)
    {
        byte[] written = new byte[length], read = new byte[length];
        new Random(length).NextBytes(written);
        Assert.Equal(length, session.Client.Virtual.Write(Address, written));
        Assert.Equal(length, session.Client.Virtual.Read(Address, read));
        Assert.Equal(written, read);
    }

    private static uint Reads(VirtualSession session, Action action)
    {
        uint before = session.Target.Requests.Of(ManipulateApi.DbgKdReadVirtualMemoryApi);
        action();
        return session.Target.Requests.Of(ManipulateApi.DbgKdReadVirtualMemoryApi) - before;
    }
}
