using System.IO.Compression;
using System.Text;
using NetKd.Symbols.Stores;
using NetKd.Symbols.Tests.Stores.Cabinet;

namespace NetKd.Symbols.Tests.Stores;

/// <summary>Files come from HTTP servers into the stores before them.</summary>
public sealed class ServerTests : IDisposable
{
    private const string Folder = "driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a";
    private readonly TemporaryFolder _folder = new();
    private readonly SymbolServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_downloaded_into_the_cache_with_one_request_and_found_there_next_time()
    {
        _server.Serve(($"{Folder}/driver.pdb", TestPdb.Build()));
        using SymbolFinder finder = Finder($"cache*{_folder["cache"]};srv*{_server.Url}");
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Equal(_folder["cache/" + TestPdb.Key.RelativePath], result.Path);
        Assert.Equal(TestPdb.Build(), File.ReadAllBytes(result.Path!));
        Assert.Equal(["cache/" + TestPdb.Key.RelativePath], _folder.Files());
        Assert.Equal(SymbolAttemptOutcome.Found, result.Tried[^1].Outcome);
        Assert.Equal($"{_server.Url}/{Folder}/driver.pdb", result.Tried[^1].Place);
        Assert.Equal(result.Path, (await finder.FindAsync(TestPdb.Key)).Path);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Each_store_on_the_way_gets_it()
    {
        _server.Serve(($"{Folder}/driver.pdb", TestPdb.Build()));
        using SymbolFinder finder = Finder($"srv*{_folder["a"]}*{_folder["b"]}*{_folder["c"]}*{_server.Url}");
        Assert.Equal(_folder["a/" + TestPdb.Key.RelativePath], (await finder.FindAsync(TestPdb.Key)).Path);
        Assert.Equal(["a/" + TestPdb.Key.RelativePath, "b/" + TestPdb.Key.RelativePath, "c/" + TestPdb.Key.RelativePath], _folder.Files());
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_server_alone_uses_the_default_store()
    {
        _server.Serve(($"{Folder}/driver.pdb", TestPdb.Build()));
        using SymbolFinder finder = Finder($"srv*{_server.Url}");
        Assert.Equal(_folder["default/" + TestPdb.Key.RelativePath], (await finder.FindAsync(TestPdb.Key)).Path);
    }

    [Fact]
    public async Task Stores_that_cannot_be_written_are_skipped_down_to_the_default_one()
    {
        _server.Serve(($"{Folder}/driver.pdb", TestPdb.Build()));
        _folder.Write("a", [0]);
        _folder.Write("b", [0]);
        using SymbolFinder finder = Finder($"srv*{_folder["a"]}*{_folder["b"]}*{_server.Url}");
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Equal(_folder["default/" + TestPdb.Key.RelativePath], result.Path);
        Assert.Contains(result.Tried, t => t.Reason.Contains("cannot be written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_compressed_file_is_unpacked_and_kept_compressed_in_between()
    {
        byte[] cabinet = CabinetBuilder.Lzx(TestPdb.Build(), 21, [(2, 100000)]).Build();
        _server.Serve(($"{Folder}/driver.pd_", cabinet));
        using SymbolFinder finder = Finder($"srv*{_folder["a"]}*{_folder["b"]}*{_server.Url}");
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Equal(TestPdb.Build(), File.ReadAllBytes(result.Path!));
        Assert.Equal([$"a/{Folder}/driver.pdb", $"b/{Folder}/driver.pd_"], _folder.Files());
        Assert.Equal([$"symbols/{Folder}/driver.pdb", $"symbols/{Folder}/driver.pd_"], _server.Paths);
    }

    [Fact]
    public async Task A_pointer_of_a_server_is_followed_but_not_to_a_share_when_it_came_by_http()
    {
        string file = _folder.Write("elsewhere/driver.pdb", TestPdb.Build());
        _server.Serve(($"{Folder}/file.ptr", Encoding.UTF8.GetBytes("PATH:" + file)));
        using SymbolFinder finder = Finder($"srv*{_folder["a"]}*{_server.Url}");
        Assert.Equal(_folder["a/" + TestPdb.Key.RelativePath], (await finder.FindAsync(TestPdb.Key)).Path);

        File.Delete(_folder["a/" + TestPdb.Key.RelativePath]);
        _server.Serve(($"{Folder}/file.ptr", Encoding.UTF8.GetBytes("PATH://evil/share/driver.pdb")));
        SymbolSearchResult share = await finder.FindAsync(TestPdb.Key);
        Assert.Null(share.Path);
        Assert.Contains("names a share", share.Tried[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_two_tiers_is_noticed_by_its_first_miss()
    {
        _server.Serve(("index2.txt", [1]), ($"dr/{Folder}/driver.pdb", TestPdb.Build()));
        using SymbolFinder finder = Finder($"srv*{_folder["a"]}*{_server.Url}");
        Assert.NotNull((await finder.FindAsync(TestPdb.Key)).Path);
        int requests = _server.Requests.Count;
        File.Delete(_folder["a/" + TestPdb.Key.RelativePath]);
        Assert.NotNull((await finder.FindAsync(TestPdb.Key)).Path);
        Assert.Equal($"symbols/dr/{Folder}/driver.pdb", _server.Paths[requests]);
        Assert.Equal(requests + 1, _server.Requests.Count);
    }

    [Fact]
    public async Task A_file_that_a_server_does_not_have_is_not_asked_for_again_before_it_is_told_to_forget()
    {
        using SymbolFinder finder = Finder($"srv*{_folder["a"]}*{_server.Url}");
        SymbolSearchResult first = await finder.FindAsync(TestPdb.Key);
        Assert.Null(first.Path);
        Assert.Equal([$"{Folder}/driver.pdb", $"{Folder}/driver.pd_", $"{Folder}/file.ptr", "index2.txt"], _server.Paths.Select(p => p["symbols/".Length..]));
        SymbolSearchResult second = await finder.FindAsync(TestPdb.Key);
        Assert.Equal(4, _server.Requests.Count);
        Assert.Contains("Not asked again", second.Tried[^1].Reason, StringComparison.Ordinal);

        // Another file is asked for, but not how the server lays them out.
        await finder.FindAsync(SymbolKey.For(TestPdb.Identity with { Age = 1 }));
        Assert.Equal(7, _server.Requests.Count);

        _server.Serve(($"{Folder}/driver.pdb", TestPdb.Build()));
        finder.Forget();
        Assert.NotNull((await finder.FindAsync(TestPdb.Key)).Path);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_server_that_is_off_is_asked_once_for_all_files()
    {
        string off;
        using (SymbolServer server = new()) off = server.Url;
        using SymbolFinder finder = Finder($"srv*{_folder["a"]}*{off};srv*{_folder["a"]}*{_server.Url}");
        _server.Serve(($"{Folder}/driver.pdb", TestPdb.Build()));
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.NotNull(result.Path);
        Assert.Contains("does not take connections", result.Tried.First(t => t.Outcome == SymbolAttemptOutcome.Unavailable && t.Place.StartsWith(off, StringComparison.Ordinal)).Reason, StringComparison.Ordinal);
        SymbolSearchResult other = await finder.FindAsync(SymbolKey.For(TestPdb.Identity with { Age = 1 }));
        Assert.Contains(other.Tried, t => t.Place == off && t.Reason.StartsWith("Not asked again", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Files_that_a_server_encodes_unasked_are_decoded(string encoding)
    {
        using MemoryStream packed = new();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest, true),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, true),
            _ => new ZLibStream(packed, CompressionLevel.Fastest, true),
        }) stream.Write(TestPdb.Build());
        _server.Handler = r => r.Path.EndsWith("driver.pdb", StringComparison.Ordinal) ? new SymbolServer.Answer { Body = packed.ToArray(), Headers = [$"Content-Encoding: {encoding}"] } : null;
        using SymbolFinder finder = Finder($"srv*{_folder["a"]}*{_server.Url}");
        Assert.Equal(TestPdb.Build(), File.ReadAllBytes((await finder.FindAsync(TestPdb.Key)).Path!));
    }

    [Fact]
    public async Task A_user_and_password_go_to_their_server_only_and_into_no_message()
    {
        using SymbolServer other = new();
        other.Serve(($"{Folder}/driver.pdb", TestPdb.Build()));
        _server.Handler = r => r.Headers.GetValueOrDefault("authorization") == "Basic " + Convert.ToBase64String("me:secret word"u8)
            ? new SymbolServer.Answer { Status = 302, Headers = [$"Location: {other.Url}/{Folder}/driver.pdb?signature=secret"] }
            : new SymbolServer.Answer { Status = 401 };
        other.Handler = r => r.Path.EndsWith("?signature=secret", StringComparison.Ordinal) ? new SymbolServer.Answer { Body = TestPdb.Build() } : null;
        List<string> lines = [];
        string address = _server.Url.Replace("://", "://me:secret%20word@", StringComparison.Ordinal) + "?token=secret";
        using SymbolFinder finder = new(SymbolPath.Parse($"srv*{_folder["a"]}*{address}"), new SymbolFinderOptions { Trace = lines.Add });
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.NotNull(result.Path);
        Assert.EndsWith("?token=secret", _server.Paths[0], StringComparison.Ordinal);
        Assert.All(other.Requests, r => Assert.False(r.Headers.ContainsKey("authorization")));
        Assert.All([.. lines, .. result.Tried.Select(t => t.Place + t.Reason)], l => Assert.DoesNotContain("secret", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proxy_is_asked_in_place_of_the_server()
    {
        _server.Handler = r => r.Path == $"http://symbols.example/s/{Folder}/driver.pdb" ? new SymbolServer.Answer { Body = TestPdb.Build() } : null;
        SymbolPath path = SymbolPath.Parse($"srv*{_folder["a"]}*http://symbols.example/s");
        using SymbolFinder finder = new(path, new SymbolFinderOptions { Proxy = new Uri(_server.Url).Authority });
        Assert.NotNull((await finder.FindAsync(TestPdb.Key)).Path);
        File.Delete(_folder["a/" + TestPdb.Key.RelativePath]);
        using SymbolFinder wrong = new(path, new SymbolFinderOptions { Proxy = "no proxy" });
        Assert.Contains("not HOST:PORT", (await wrong.FindAsync(TestPdb.Key)).Tried[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_is_told_up_to_the_last_byte()
    {
        byte[] content = TestPdb.Build(700_000);
        _server.Serve(($"{Folder}/driver.pdb", content));
        Reports reports = new();
        using SymbolFinder finder = Finder($"srv*{_folder["a"]}*{_server.Url}");
        await finder.FindAsync(TestPdb.Key, reports);
        DownloadProgress last = reports.All[^1];
        Assert.Equal((content.Length, content.Length, "driver.pdb"), (last.Bytes, last.Total, last.FileName));
        Assert.True(last.BytesPerSecond > 0);
        Assert.Equal(reports.All.Select(r => r.Bytes).Order(), reports.All.Select(r => r.Bytes));
    }

    [Fact]
    public async Task The_trace_tells_what_is_asked_and_answered()
    {
        _server.Serve(($"{Folder}/driver.pd_", CabinetBuilder.MsZip(TestPdb.Build()).Build()));
        List<string> lines = [];
        using SymbolFinder finder = new(SymbolPath.Parse($"srv*{_folder["a"]}*{_server.Url}"), new SymbolFinderOptions { Trace = lines.Add });
        await finder.FindAsync(TestPdb.Key);
        Assert.Contains($"SYMSRV:  HTTPGET: /symbols/{Folder}/driver.pdb", lines);
        Assert.Contains("SYMSRV:  HttpQueryStatusCode: 404 - NotFound", lines);
        Assert.Contains($"SYMSRV:  HTTPGET: /symbols/{Folder}/driver.pd_", lines);
        Assert.Contains($"SYMSRV:  {_server.Url}/{Folder}/driver.pd_ - uncompressing", lines);
        Assert.Equal($"DBGHELP: driver.pdb - {_folder["a/" + TestPdb.Key.RelativePath]}", lines[^1]);
    }

    [Fact]
    public async Task Many_searches_for_one_file_are_one_download_and_separate_finders_do_no_harm()
    {
        byte[] content = TestPdb.Build(3_000_000);
        TaskCompletionSource hold = new();
        _server.Handler = r => SymbolServer.File(r, ($"{Folder}/driver.pdb", content)) is { } answer ? new SymbolServer.Answer { Body = answer.Body, Headers = answer.Headers, Hold = (1_000_000, hold.Task) } : null;
        using SymbolFinder finder = Finder($"srv*{_folder["a"]}*{_server.Url}");
        Task<SymbolSearchResult>[] same = [.. Enumerable.Range(0, 5).Select(_ => finder.FindAsync(TestPdb.Key))];
        await WaitForAsync(() => _server.Requests.Count == 1);
        SymbolFinder[] others = [.. Enumerable.Range(0, 4).Select(_ => Finder($"srv*{_folder["a"]}*{_server.Url}"))];
        Task<SymbolSearchResult>[] separate = [.. others.Select(f => f.FindAsync(TestPdb.Key))];
        await WaitForAsync(() => _server.Requests.Count == 5);
        hold.SetResult();
        foreach (SymbolSearchResult result in await Task.WhenAll([.. same, .. separate])) Assert.Equal(_folder["a/" + TestPdb.Key.RelativePath], result.Path);
        Assert.Equal(content, File.ReadAllBytes(_folder["a/" + TestPdb.Key.RelativePath]));
        Assert.Single(_folder.Files());
        Assert.Equal(5, _server.Requests.Count);
        foreach (SymbolFinder other in others) other.Dispose();
    }

    [Fact]
    public async Task Files_are_downloaded_side_by_side_up_to_the_limit()
    {
        int running = 0, most = 0;
        TaskCompletionSource hold = new();
        _server.Handler = r =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            return new SymbolServer.Answer { Body = [1, 2, 3], Hold = (0, hold.Task) };
        };
        using SymbolFinder finder = new(SymbolPath.Parse($"srv*{_folder["a"]}*{_server.Url}"), new SymbolFinderOptions { MaxDownloads = 3 });
        Task<SymbolSearchResult>[] searches = [.. Enumerable.Range(1, 8).Select(age => finder.FindAsync(SymbolKey.For(TestPdb.Identity with { Age = (uint)age })))];
        await WaitForAsync(() => running == 3);
        await Task.Delay(100);
        Assert.Equal(3, most);
        hold.SetResult();
        Assert.All(await Task.WhenAll(searches), r => Assert.Null(r.Path));
    }

    private SymbolFinder Finder(string path) => new(SymbolPath.Parse(path, new SymbolFolders(_folder["default"])));

    internal static async Task WaitForAsync(Func<bool> condition)
    {
        for (int i = 0; i < 3000 && !condition(); i++) await Task.Delay(10);
        Assert.True(condition(), "What the test waits for did not come within 30 s.");
    }

    internal sealed class Reports : IProgress<DownloadProgress>
    {
        private readonly List<DownloadProgress> _reports = [];

        public IReadOnlyList<DownloadProgress> All
        {
            get
            {
                lock (_reports) return [.. _reports];
            }
        }

        public void Report(DownloadProgress value)
        {
            lock (_reports) _reports.Add(value);
        }
    }
}
