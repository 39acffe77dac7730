using NetKd.Engine.Symbols;

namespace NetKd.Engine.Tests.Symbols;

/// <summary>Symbol files are opened once in a process, and closed when nobody uses them any more.</summary>
public sealed class SymbolFileCacheTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly SymbolFileCache _cache = new();
    private readonly List<HandMadeSymbols> _opened = [];

    [Fact]
    public void A_file_is_opened_once_and_closed_with_its_last_user()
    {
        using SymbolFileLease first = Open();
        using SymbolFileLease second = Open();
        Assert.Same(first.File, second.File);
        HandMadeSymbols file = Assert.Single(_opened);
        first.Dispose();
        first.Dispose();
        Assert.False(file.IsClosed);
        second.Dispose();
        Assert.True(file.IsClosed);
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public void A_file_that_was_built_anew_is_another()
    {
        using SymbolFileLease old = Open();
        File.WriteAllText(_path, "built anew");
        using SymbolFileLease anew = Open();
        Assert.NotSame(old.File, anew.File);
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_tried_again_by_the_next()
    {
        Assert.Throws<IOException>(() => _cache.Open(_path, _ => throw new IOException("damaged")));
        Assert.Equal(0, _cache.Count);
        using SymbolFileLease lease = Open();
        Assert.NotNull(lease.File);
    }

    [Fact]
    public void Many_threads_open_it_once()
    {
        SymbolFileLease[] leases = new SymbolFileLease[32];
        Parallel.For(0, leases.Length, i => leases[i] = Open());
        Assert.Single(_opened);
        foreach (SymbolFileLease lease in leases) lease.Dispose();
        Assert.True(_opened[0].IsClosed);
    }

    [Fact]
    public async Task A_second_target_with_the_same_module_costs_no_parsing()
    {
        HandMadeSource source = new HandMadeSource().Answer("nt", _ => new FoundSymbols(Open(), ""));
        DebugClientOptions Options() => new() { InitialBreak = true, SymbolSource = source, SymbolPath = "/symbols" };
        using DebuggedTarget first = new(options: Options());
        using DebuggedTarget second = new(options: Options());
        await first.ReachPromptAsync();
        await second.ReachPromptAsync();
        Assert.Same(first.Client.Modules.FindByName("nt")!.Symbols, second.Client.Modules.FindByName("nt")!.Symbols);
        HandMadeSymbols file = Assert.Single(_opened);
        first.Client.Dispose();
        Assert.False(file.IsClosed);
        second.Client.Dispose();
        Assert.True(file.IsClosed);
    }

    public void Dispose() => File.Delete(_path);

    private SymbolFileLease Open() => _cache.Open(_path, path =>
    {
        HandMadeSymbols file = new(path);
        lock (_opened) _opened.Add(file);
        return file;
    });
}
