using NetKd.Symbols.Images;
using NetKd.Symbols.Stores;
using NetKd.Symbols.Stores.Http;
using NetKd.Symbols.Tests.Stores.Cabinet;

namespace NetKd.Symbols.Tests.Stores;

/// <summary>Servers that break off, stall, lie or never end do no harm, and what they sent before is used where it can be.</summary>
public sealed class HostileServerTests : IDisposable
{
    private const string Folder = "driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a";
    private const string File = Folder + "/driver.pdb";
    private readonly TemporaryFolder _folder = new();
    private readonly SymbolServer _server = new();
    private readonly SymbolFinderOptions _options = new() { StallTimeout = TimeSpan.FromMilliseconds(400), ConnectTimeout = TimeSpan.FromSeconds(5), MaxFileBytes = 5_000_000 };

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_cancelled_download_is_kept_and_the_next_one_asks_for_the_rest_only()
    {
        byte[] content = TestPdb.Build(3_000_000);
        _server.Handler = r => SymbolServer.File(r, (File, content)) is { } a ? new SymbolServer.Answer { Status = a.Status, Body = a.Body, Headers = a.Headers, Hold = (1_500_000, Task.Delay(Timeout.Infinite)) } : null;
        using SymbolFinder finder = Finder(new SymbolFinderOptions());
        using CancellationTokenSource cancel = new();
        ServerTests.Reports reports = new();
        Task<SymbolSearchResult> search = finder.FindAsync(TestPdb.Key, reports, cancellation: cancel.Token);
        string part = _folder[$"a/{File}.partial"];
        await ServerTests.WaitForAsync(() => System.IO.File.Exists(part) && new FileInfo(part).Length == 1_500_000);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);

        _server.Serve((File, content));
        Assert.Equal([$"a/{File}.partial", $"a/{File}.partial.from"], _folder.Files());
        // At once: it waits for the one that is being stopped to let go of the part.
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key, reports);
        Assert.Equal(content, System.IO.File.ReadAllBytes(result.Path!));
        SymbolServer.Request second = _server.Requests[^1];
        Assert.Equal("bytes=1500000-", second.Headers["range"]);
        Assert.StartsWith("\"", second.Headers["if-range"], StringComparison.Ordinal);
        Assert.Equal(content.Length, reports.All[^1].Bytes);
        Assert.Equal([$"a/{File}"], _folder.Files());
    }

    [Fact]
    public async Task A_search_that_may_go_on_behind_finds_the_file_for_the_next_one()
    {
        byte[] content = TestPdb.Build(1_000_000);
        TaskCompletionSource hold = new();
        _server.Handler = r => SymbolServer.File(r, (File, content)) is { } a ? new SymbolServer.Answer { Body = a.Body, Headers = a.Headers, Hold = (500_000, hold.Task) } : null;
        using SymbolFinder finder = Finder(new SymbolFinderOptions());
        using CancellationTokenSource cancel = new();
        Task<SymbolSearchResult> search = finder.FindAsync(TestPdb.Key, goOnBehind: true, cancellation: cancel.Token);
        await ServerTests.WaitForAsync(() => _server.Requests.Count == 1);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        hold.SetResult();
        Assert.NotNull((await finder.FindAsync(TestPdb.Key)).Path);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_downloaded_whole()
    {
        byte[] before = TestPdb.Build(900_000);
        byte[] content = TestPdb.Build(1_000_000);
        await LeavePartAsync(before, 600_000);
        _server.Serve((File, content));
        using SymbolFinder finder = Finder(_options);
        Assert.Equal(content, System.IO.File.ReadAllBytes((await finder.FindAsync(TestPdb.Key)).Path!));
        Assert.Equal("bytes=600000-", _server.Requests[^1].Headers["range"]);
    }

    [Theory]
    [InlineData(206, "bytes 5-999/1000")]
    [InlineData(206, "bytes 600000-1/7")]
    [InlineData(206, null)]
    [InlineData(416, null)]
    public async Task A_wrong_answer_to_the_request_for_the_rest_makes_it_ask_for_the_whole(int status, string? range)
    {
        byte[] content = TestPdb.Build(900_000);
        await LeavePartAsync(content, 600_000);
        _server.Handler = r => r.Headers.ContainsKey("range")
            ? new SymbolServer.Answer { Status = status, Body = [1, 2, 3], Headers = range is null ? [] : [$"Content-Range: {range}"] }
            : SymbolServer.File(r, (File, content));
        using SymbolFinder finder = Finder(_options);
        Assert.Equal(content, System.IO.File.ReadAllBytes((await finder.FindAsync(TestPdb.Key)).Path!));
        Assert.Equal([$"a/{File}"], _folder.Files());
    }

    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_again()
    {
        byte[] content = TestPdb.Build(900_000);
        int cuts = 0;
        _server.Handler = r => SymbolServer.File(r, (File, content)) is { } a
            ? new SymbolServer.Answer { Status = a.Status, Body = a.Body, Headers = a.Headers, CutAfter = ++cuts <= 3 ? 200_000 : int.MaxValue }
            : null;
        using SymbolFinder finder = Finder(_options);
        Assert.Equal(content, System.IO.File.ReadAllBytes((await finder.FindAsync(TestPdb.Key)).Path!));
        Assert.Equal(4, _server.Requests.Count);
        // How much of what was sent before the break arrived is the system's affair, but each goes on behind the last.
        long[] from = [.. _server.Requests.Skip(1).Select(r => long.Parse(r.Headers["range"].Replace("bytes=", "").TrimEnd('-')))];
        Assert.Equal(from.Order(), from);
        Assert.True(from[0] > 0);
    }

    [Fact]
    public async Task One_that_breaks_again_and_again_is_given_up_and_its_part_kept()
    {
        byte[] content = TestPdb.Build(900_000);
        _server.Handler = r => SymbolServer.File(r, (File, content)) is { } a ? new SymbolServer.Answer { Status = a.Status, Body = a.Body, Headers = a.Headers, CutAfter = 100_000 } : null;
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Null(result.Path);
        Assert.Contains("broke after", result.Tried[^1].Reason, StringComparison.Ordinal);
        Assert.Contains($"a/{File}.partial", _folder.Files());
        _server.Serve((File, content));
        Assert.NotNull((await finder.FindAsync(TestPdb.Key)).Path);
        Assert.True(_server.Requests[^1].Headers.ContainsKey("range"));
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        _server.Handler = r => new SymbolServer.Answer { IsSilent = true };
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Contains("did not answer for 0.4 s", result.Tried[^1].Reason, StringComparison.Ordinal);
        Assert.Contains("Not asked again", (await finder.FindAsync(TestPdb.Key)).Tried[^1].Reason, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_server_that_sends_a_byte_now_and_then_is_given_up()
    {
        byte[] content = TestPdb.Build(900_000);
        using CancellationTokenSource over = new();
        _server.Handler = r => SymbolServer.File(r, (File, content)) is { } a ? new SymbolServer.Answer { Status = a.Status, Body = a.Body, Headers = a.Headers, Hold = (2000, Task.Delay(Timeout.Infinite, over.Token)) } : null;
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Contains($"next to nothing for 0.4 s, after 8000 bytes of {content.Length}", result.Tried[^1].Reason, StringComparison.Ordinal);
        over.Cancel();
    }

    [Fact]
    public async Task A_body_that_never_ends_is_cut_at_the_limit()
    {
        byte[] content = TestPdb.Build(100_000);
        _server.Handler = r => r.Path.EndsWith("driver.pdb", StringComparison.Ordinal) ? new SymbolServer.Answer { Body = content, Length = -1, IsEndless = true } : null;
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Null(result.Path);
        Assert.Contains(result.Tried, t => t.Outcome == SymbolAttemptOutcome.Rejected && t.Reason.Contains("5000000 bytes", StringComparison.Ordinal));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task A_length_beyond_the_limit_is_refused_before_the_body()
    {
        _server.Handler = r => new SymbolServer.Answer { Body = new byte[1000], Length = 5_000_001 };
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Contains(result.Tried, t => t.Outcome == SymbolAttemptOutcome.Rejected);
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task A_file_that_is_cut_off_without_a_length_is_noticed()
    {
        byte[] content = TestPdb.Build(900_000);
        _server.Handler = r => r.Path.EndsWith("driver.pdb", StringComparison.Ordinal) ? new SymbolServer.Answer { Body = content, Length = -1, CutAfter = 800_000 } : null;
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Null(result.Path);
        Assert.Contains(result.Tried, t => t.Outcome == SymbolAttemptOutcome.Rejected && t.Reason.Contains("the file is cut off", StringComparison.Ordinal));
        Assert.Empty(_folder.Files());

        // The same where what is missing is not needed to read the identity: the header says how many blocks there are.
        BitConverter.TryWriteBytes(content.AsSpan(40), content.Length / 512 + 3);
        _server.Serve((File, content));
        finder.Forget();
        result = await finder.FindAsync(TestPdb.Key);
        Assert.Contains(result.Tried, t => t.Reason.StartsWith($"The file is cut off: it has {content.Length} bytes of {content.Length + 3 * 512}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_file_is_refused_with_both_identities_and_not_downloaded_again()
    {
        _server.Serve((File, TestPdb.Build(Guid.NewGuid(), 1, 1)));
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Null(result.Path);
        SymbolAttempt wrong = result.Tried.Single(t => t.Outcome == SymbolAttemptOutcome.Mismatched);
        Assert.Contains("{3844DBB9-2017-4967-BE7A-A4A2C20430FA}, age 2a", wrong.Reason, StringComparison.Ordinal);
        Assert.Empty(_folder.Files());
        int requests = _server.Requests.Count;
        await finder.FindAsync(TestPdb.Key);
        Assert.Equal(requests, _server.Requests.Count);
    }

    [Fact]
    public async Task A_page_instead_of_a_file_is_refused()
    {
        _server.Handler = r => new SymbolServer.Answer { Body = "<html>Please log in</html>"u8.ToArray() };
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Null(result.Path);
        Assert.Contains(result.Tried, t => t.Outcome == SymbolAttemptOutcome.Rejected && t.Reason.StartsWith("The file is no PDB", StringComparison.Ordinal));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task A_damaged_cabinet_leaves_nothing()
    {
        byte[] cabinet = CabinetBuilder.MsZip(TestPdb.Build()).Build();
        cabinet[^50] ^= 0x40;
        _server.Serve((Folder + "/driver.pd_", cabinet));
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Contains(result.Tried, t => t.Outcome == SymbolAttemptOutcome.Rejected && t.Reason.Contains("checksum", StringComparison.Ordinal));
        Assert.Empty(_folder.Files());
    }

    [Theory]
    [InlineData(500, "trouble of its own (500)")]
    [InlineData(503, "trouble of its own (503)")]
    [InlineData(401, "who asks (401)")]
    [InlineData(429, "too often")]
    [InlineData(302, "redirects to nowhere")]
    [InlineData(206, "status 206")]
    [InlineData(204, "status 204")]
    public async Task Other_answers_are_told_and_not_asked_for_again(int status, string reason)
    {
        _server.Handler = _ => new SymbolServer.Answer { Status = status };
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Contains(result.Tried, t => t.Outcome == SymbolAttemptOutcome.Unavailable && t.Reason.Contains(reason, StringComparison.Ordinal));
        Assert.Single(_server.Requests);
        await finder.FindAsync(TestPdb.Key);
        Assert.Single(_server.Requests);
    }

    [Theory]
    [InlineData("/symbols/loop", "more than 5 times", 6)]
    [InlineData("ftp://127.0.0.1/x", "ftp:", 1)]
    [InlineData("file:///etc/passwd", "file:", 1)]
    public async Task Redirects_are_bounded(string location, string reason, int requests)
    {
        _server.Handler = _ => new SymbolServer.Answer { Status = 301, Headers = [$"Location: {location}"] };
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Contains(result.Tried, t => t.Reason.Contains(reason, StringComparison.Ordinal));
        Assert.Equal(requests, _server.Requests.Count);
    }

    [Theory]
    [InlineData("https://a.example/x", "http://a.example/x", "from https to http (a.example)")]
    [InlineData("https://a.example/x", "file:///etc/passwd", "file:")]
    [InlineData("https://a.example/x", null, "nowhere")]
    public void A_redirect_never_leaves_https(string from, string? to, string reason) =>
        Assert.Contains(reason, Assert.Throws<RequestFailure>(() => ServerConnection.Redirect(new Uri(from), to is null ? null : new Uri(to))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("https://a.example/x/y", "../z", "https://a.example/z")]
    [InlineData("http://a.example/x", "https://b.example/x", "https://b.example/x")]
    public void Other_redirects_are_followed(string from, string to, string result) =>
        Assert.Equal(result, ServerConnection.Redirect(new Uri(from), new Uri(to, UriKind.RelativeOrAbsolute)).AbsoluteUri);

    [Fact]
    public async Task Something_that_is_no_HTTP_is_told()
    {
        _server.Handler = _ => new SymbolServer.Answer { Headers = [new string('x', 100_000)] };
        using SymbolFinder finder = Finder(_options);
        SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
        Assert.Contains(result.Tried, t => t.Reason.Contains("no HTTP that can be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_of_images_with_odd_characters_stay_in_their_folder()
    {
        SymbolKey key = SymbolKey.For(new ImageIdentity("a b#%41+é.sys", 1, 0x1000));
        using SymbolFinder finder = Finder(_options);
        await finder.FindAsync(key);
        Assert.Equal("symbols/a%20b%23%2541%2B%C3%A9.sys/000000011000/a%20b%23%2541%2B%C3%A9.sys", _server.Paths[0]);
        Assert.Throws<ArgumentException>(() => SymbolKey.For(new ImageIdentity("..", 1, 1)));
        Assert.Throws<ArgumentException>(() => SymbolKey.For(new PdbIdentity(@"c:\x\..", Guid.Empty, 1)));
    }

    private async Task LeavePartAsync(byte[] content, int length)
    {
        _server.Handler = r => r.Headers.ContainsKey("range") ? new SymbolServer.Answer { IsSilent = true }
            : SymbolServer.File(r, (File, content)) is { } a ? new SymbolServer.Answer { Body = a.Body, Headers = a.Headers, Hold = (length, Task.Delay(Timeout.Infinite)) } : null;
        using SymbolFinder finder = Finder(_options);
        await finder.FindAsync(TestPdb.Key);
        Assert.Equal(length, new FileInfo(_folder[$"a/{File}.partial"]).Length);
    }

    private SymbolFinder Finder(SymbolFinderOptions options) => new(SymbolPath.Parse($"srv*{_folder["a"]}*{_server.Url}", new SymbolFolders(_folder["default"])), options);
}
