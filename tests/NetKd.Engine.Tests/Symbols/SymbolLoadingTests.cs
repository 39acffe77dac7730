using NetKd.Engine.Modules;
using NetKd.Engine.Symbols;
using NetKd.Symbols;
using NetKd.Symbols.Stores;

namespace NetKd.Engine.Tests.Symbols;

/// <summary>How a module gets its symbols: when, from where, how long it is waited for, and what it costs.</summary>
public class SymbolLoadingTests
{
    private static DebugClientOptions Options(SymbolSource source, string path = "/symbols") =>
        new() { InitialBreak = true, SymbolSource = source, SymbolPath = path, SymbolWait = TimeSpan.FromSeconds(60) };

    private static HandMadeSymbols Kernel() => new HandMadeSymbols("/symbols/kernel.pdb").Add("Start", 0x1000, 0x20).Add("Other", 0x1020, 0x1000);

    [Fact]
    public async Task Symbols_are_looked_for_at_their_first_use_by_the_images_own_identity()
    {
        HandMadeSource source = new HandMadeSource().Give("nt", Kernel);
        using DebuggedTarget target = new(options: Options(source));
        await target.ReachPromptAsync();
        Module kernel = target.Client.Modules.FindByName("nt")!;
        Assert.Equal(SymbolStatus.Deferred, kernel.SymbolStatus);
        Assert.Empty(source.Requests);

        Assert.True(target.Client.Symbols.TryFindNearest(kernel.Base + 0x1010, out NearestSymbol? nearest));
        Assert.Equal("nt!Start+0x10", nearest.ToString());
        Assert.Equal(SymbolStatus.PrivatePdb, kernel.SymbolStatus);
        SymbolRequest request = Assert.Single(source.Requests);
        Assert.Equal("netkd-sim-kernel.pdb", request.Pdb!.FileName);
        Assert.Equal(new Guid("5b2c1a7e-93d4-4f60-8a11-6e746b640001"), request.Pdb.Guid);
        Assert.True(target.Client.Symbols.TryResolve("nt!Other", out ulong other));
        Assert.Equal(kernel.Base + 0x1020, other);
    }

    [Fact]
    public async Task The_place_of_a_break_in_has_its_name_without_symbols_and_a_pdb_costs_less_than_exports()
    {
        HandMadeSource source = new HandMadeSource().Give("nt", Kernel);
        using DebuggedTarget target = new(options: Options(source));
        await target.ReachPromptAsync();
        ulong counter = target.Client.Registers.InstructionPointer;
        _ = target.Client.Target.KernelBase;
        long before = target.Client.RequestCount;
        Assert.True(target.Client.Symbols.TryFindNearest(counter, out NearestSymbol? here));
        Assert.Equal("nt!DbgBreakPointWithStatus", here.ToString());
        Assert.False(target.Client.SourceLines.TryFind(counter, out _));
        Assert.Empty(source.Requests);
        Assert.InRange(target.Client.RequestCount - before, 0, 1);

        before = target.Client.RequestCount;
        Assert.True(target.Client.Symbols.TryFindNearest(counter + 1, out _));
        // Headers, debug directory and the record that names the PDB.
        Assert.InRange(target.Client.RequestCount - before, 1, 3);
    }

    [Fact]
    public async Task Without_a_pdb_the_exports_name_it_and_the_reason_is_kept()
    {
        using DebuggedTarget target = new(options: Options(new HandMadeSource()));
        await target.ReachPromptAsync();
        ulong place = target.Address("nt!SimAddToCounter");
        Module kernel = target.Client.Modules.FindByAddress(place)!;
        Assert.Equal(SymbolStatus.Export, kernel.SymbolStatus);
        Assert.Equal("netkd-sim-kernel.pdb was not found", kernel.SymbolReason);
    }

    [Fact]
    public async Task An_empty_path_asks_nobody()
    {
        HandMadeSource source = new HandMadeSource().Give("nt", Kernel);
        using DebuggedTarget target = new(options: Options(source, path: ""));
        await target.ReachPromptAsync();
        _ = target.Address("nt!SimAddToCounter");
        Assert.Empty(source.Requests);
    }

    [Fact]
    public async Task Another_path_is_looked_along_at_the_next_use()
    {
        HandMadeSource source = new();
        using DebuggedTarget target = new(options: Options(source));
        await target.ReachPromptAsync();
        _ = target.Address("nt!SimAddToCounter");
        Module kernel = target.Client.Modules.FindByName("nt")!;
        source.Give("nt", Kernel);
        Assert.False(target.Client.Symbols.TryResolve("nt!Start", out _));

        target.Client.SymbolLoading.Path = SymbolPath.Parse("/elsewhere");
        Assert.Equal(SymbolStatus.Deferred, kernel.SymbolStatus);
        Assert.True(target.Client.Symbols.TryResolve("nt!Start", out _));
        Assert.Equal(2, source.Requests.Count);
        Assert.Equal("", kernel.SymbolReason);
    }

    [Fact]
    public async Task A_slow_search_is_waited_for_once_then_goes_on_behind_and_is_used_when_it_is_there()
    {
        TaskCompletionSource gate = new();
        HandMadeSource source = new HandMadeSource { Gate = gate.Task }.Give("nt", Kernel);
        DebugClientOptions options = Options(source);
        options.SymbolWait = TimeSpan.FromMilliseconds(50);
        using DebuggedTarget target = new(options: options);
        await target.ReachPromptAsync();
        ulong place = target.Address("nt!SimAddToCounter");
        Module kernel = target.Client.Modules.FindByAddress(place)!;
        Assert.True(kernel.IsFetchingSymbols);
        Assert.Contains("Symbols of nt are still being fetched", target.Output, StringComparison.Ordinal);
        // Whoever waited in vain is not made to wait again: with a wait without end this would never return.
        options.SymbolWait = Timeout.InfiniteTimeSpan;
        Assert.True(target.Client.Symbols.TryFindNearest(place, out NearestSymbol? exported));
        Assert.Equal("SimAddToCounter", exported.Name);

        gate.SetResult();
        Assert.True(SpinWait.SpinUntil(() => !kernel.IsFetchingSymbols, TimeSpan.FromSeconds(30)));
        Assert.True(target.Client.Symbols.TryResolve("nt!Start", out _));
        Assert.Equal(SymbolStatus.PrivatePdb, kernel.SymbolStatus);
        Assert.Single(source.Requests);
    }

    [Fact]
    public async Task The_user_can_end_the_wait()
    {
        TaskCompletionSource gate = new();
        HandMadeSource source = new HandMadeSource { Gate = gate.Task }.Give("nt", Kernel);
        using DebuggedTarget target = new(options: Options(source));
        await target.ReachPromptAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(50));
        target.Client.SymbolLoading.Patience = patience.Token;
        Assert.True(target.Client.Symbols.TryResolve("nt!SimAddToCounter", out _));
        Assert.True(target.Client.Modules.FindByName("nt")!.IsFetchingSymbols);
        gate.SetResult();
    }

    [Fact]
    public async Task A_mismatch_is_told_and_used_only_when_it_was_asked_for()
    {
        HandMadeSource source = new HandMadeSource().Answer("nt", request => request.AllowsMismatch
            ? new FoundSymbols(SymbolFileLease.Own(Kernel()), "of another build", IsMismatched: true)
            : new FoundSymbols(null, "of another build"));
        using DebuggedTarget target = new(options: Options(source));
        await target.ReachPromptAsync();
        Module kernel = target.Client.Modules.FindByName("nt")!;
        Assert.IsNotType<HandMadeSymbols>(kernel.Symbols);
        Assert.Equal("of another build", kernel.SymbolReason);
        kernel.UnloadSymbols(allowsMismatch: true);
        Assert.IsType<HandMadeSymbols>(kernel.Symbols);
        Assert.True(kernel.IsSymbolMismatch);
    }

    [Fact]
    public async Task The_kernel_is_found_by_the_name_of_its_file_too()
    {
        using DebuggedTarget target = new(options: Options(new HandMadeSource().Give("nt", Kernel)));
        await target.ReachPromptAsync();
        Assert.True(target.Client.Symbols.TryResolve("ntoskrnl!Start", out ulong place));
        Assert.True(target.Client.Symbols.TryResolve("ntoskrnl.exe!Start", out _));
        Assert.True(target.Client.Symbols.TryResolve("start", out ulong bare));
        Assert.Equal(place, bare);
    }

    [Fact]
    public async Task One_name_at_two_places_is_told_apart()
    {
        HandMadeSource source = new HandMadeSource().Give("nt", () => Kernel().Add("Twice", 0x1800, 8).Add("Twice", 0x1900, 8).Add("Twice", 0x1a00, 5, SymbolKind.Thunk));
        using DebuggedTarget target = new(options: Options(source));
        await target.ReachPromptAsync();
        Assert.Equal([0x1800u, 0x1900u], target.Client.Symbols.Find("nt!Twice").Select(s => s.Symbol.Offset));
    }

    [Fact]
    public async Task Listing_modules_loads_no_symbols()
    {
        HandMadeSource source = new HandMadeSource().Give("nt", Kernel);
        using DebuggedTarget with = new(options: Options(source));
        using DebuggedTarget without = new(options: Options(source, path: ""));
        long[] costs = new long[2];
        foreach ((DebuggedTarget target, int i) in (IEnumerable<(DebuggedTarget, int)>)[(with, 0), (without, 1)])
        {
            await target.ReachPromptAsync();
            long before = target.Client.RequestCount;
            foreach (Module module in target.Client.Modules.All) Assert.Equal((SymbolStatus.Deferred, false), (module.SymbolStatus, module.Size == 0));
            costs[i] = target.Client.RequestCount - before;
        }

        Assert.Empty(source.Requests);
        Assert.Equal(costs[1], costs[0]);
        // The list's head, and of each of its two entries the entry and its names.
        Assert.InRange(costs[0], 1, 8);
    }
}
