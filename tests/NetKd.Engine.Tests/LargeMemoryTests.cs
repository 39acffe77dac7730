using NetKd.Protocol.Kd;
using NetKd.Target.Hosting;
using NetKd.Target.Simulation;

namespace NetKd.Engine.Tests;

/// <summary>Packets of 16 KiB of memory, between a debugger and a target that both know them, and only between those.</summary>
public sealed class LargeMemoryTests
{
    private const ulong Address = BulkRegion.VirtualBase;
    private const int Large = 16 * 1024;
    private const int Ordinary = 0x548;

    [Fact]
    public async Task A_target_that_offers_them_is_asked_for_16_KiB_at_once()
    {
        using VirtualSession session = new(offersLargeMemory: true);
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
        using VirtualSession session = new(offersLargeMemory: true);
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
        using VirtualSession session = new(offersLargeMemory: true);
        await session.WaitAsync();
        ulong last = KernelLayout.KernelBase;
        while (session.Client.Virtual.Read(last + 0x1000, new byte[1]) == 1) last += 0x1000;
        Assert.Equal(0x1000 - 8, session.Client.Virtual.Read(last + 8, new byte[Large]));
        Assert.Equal(0x1000 - 8, session.Client.Virtual.ReadUncached(last + 8, new byte[4 * Large]));
    }

    [Fact]
    public async Task Loss_costs_repetitions_not_bytes()
    {
        using VirtualSession session = new(new NetworkFaults { Loss = 0.2, Seed = 3 }, offersLargeMemory: true);
        await session.WaitAsync();
        ReadWritten(session, 16 * Large);
        Assert.NotEqual(0, session.Client.LinkStatistics!.Retransmissions);
    }

    [Fact]
    public async Task Another_machine_in_its_place_is_asked_for_what_it_gives_itself()
    {
        using VirtualSession session = new(offersLargeMemory: true);
        await session.WaitAsync();
        session.OffersLargeMemory = false;
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
