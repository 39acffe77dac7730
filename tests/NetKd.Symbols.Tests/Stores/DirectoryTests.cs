using NetKd.Symbols.Images;
using NetKd.Symbols.Stores;
using NetKd.Symbols.Tests.Stores.Cabinet;

namespace NetKd.Symbols.Tests.Stores;

/// <summary>Files in plain directories and in stores on disk are found by their identity.</summary>
public sealed class DirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("driver.pdb")]
    [InlineData("sys/driver.pdb")]
    [InlineData("symbols/sys/driver.pdb")]
    [InlineData("driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a/driver.pdb")]
    public async Task A_directory_stands_for_its_folders_by_the_images_kind(string place)
    {
        string file = _folder.Write(place, TestPdb.Build());
        Assert.Equal(file, (await FindAsync(_folder.Path)).Path);
    }

    [Theory]
    [InlineData("driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a/driver.pdb")]
    [InlineData("DRIVER.PDB/3844dbb920174967be7aa4a2c20430fa2A/Driver.pdb")]
    public async Task A_store_is_found_whatever_case_its_folders_have(string place)
    {
        string file = _folder.Write(place, TestPdb.Build());
        Assert.Equal(file, (await FindAsync($"srv*{_folder.Path}")).Path);
    }

    [Fact]
    public async Task A_store_with_index2_has_two_tiers_and_a_copy_into_one_too()
    {
        string far = Path.GetDirectoryName(_folder.Write("far/index2.txt", []))!;
        string near = Path.GetDirectoryName(_folder.Write("near/index2.txt", []))!;
        _folder.Write("far/dr/driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a/driver.pdb", TestPdb.Build());
        SymbolSearchResult result = await FindAsync($"srv*{near}*{far}");
        Assert.Equal(_folder["near/dr/driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a/driver.pdb"], result.Path);
        Assert.Equal(TestPdb.Build(), File.ReadAllBytes(result.Path!));
    }

    [Fact]
    public async Task A_hit_is_copied_into_each_nearer_store_and_found_there_next_time()
    {
        _folder.Write("c/" + TestPdb.Key.RelativePath, TestPdb.Build());
        string path = $"srv*{_folder["a"]}*{_folder["b"]}*{_folder["c"]}";
        Assert.Equal(_folder["a/" + TestPdb.Key.RelativePath], (await FindAsync(path)).Path);
        Assert.Equal(["a", "b", "c"], _folder.Files().Select(f => f[..1]));
        File.Delete(_folder["c/" + TestPdb.Key.RelativePath]);
        SymbolSearchResult again = await FindAsync(path);
        Assert.Equal(_folder["a/" + TestPdb.Key.RelativePath], again.Path);
        Assert.Single(again.Tried);
    }

    [Fact]
    public async Task A_cache_serves_the_elements_to_its_right_and_not_those_to_its_left()
    {
        _folder.Write("left/driver.pdb", TestPdb.Build());
        string left = (await FindAsync($"{_folder["left"]};cache*{_folder["cache"]}")).Path!;
        Assert.Equal(_folder["left/driver.pdb"], left);
        string right = (await FindAsync($"cache*{_folder["cache"]};{_folder["left"]}")).Path!;
        Assert.Equal(_folder["cache/" + TestPdb.Key.RelativePath], right);
        File.Delete(left);
        Assert.Equal(right, (await FindAsync($"cache*{_folder["cache"]};{_folder["left"]}")).Path);
    }

    [Fact]
    public async Task A_pdb_of_another_build_is_told_with_both_identities_and_not_taken()
    {
        Guid other = new("11111111-2222-3333-4444-555555555555");
        string file = _folder.Write("driver.pdb", TestPdb.Build(other, 7, 3));
        SymbolSearchResult result = await FindAsync(_folder.Path);
        Assert.Null(result.Path);
        Assert.Equal(file, result.MismatchedPath);
        string reason = result.Tried.Single(t => t.Outcome == SymbolAttemptOutcome.Mismatched).Reason;
        Assert.Contains("driver.pdb with GUID {3844DBB9-2017-4967-BE7A-A4A2C20430FA}, age 2a", reason, StringComparison.Ordinal);
        Assert.Contains("GUID {11111111-2222-3333-4444-555555555555}, age 3 (written 7 times)", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x2a, 0x2a, true)]
    [InlineData(0x2b, 0x2a, true)]
    [InlineData(0x2a, 0x2b, true)]
    [InlineData(0x29, 0x2b, false)]
    public async Task The_age_is_that_of_the_link_or_the_files_own(uint age, uint linkedAge, bool found)
    {
        _folder.Write("driver.pdb", TestPdb.Build(TestPdb.Guid, age, linkedAge));
        Assert.Equal(found, (await FindAsync(_folder.Path)).Path is not null);
    }

    [Fact]
    public async Task A_damaged_file_in_a_cache_is_replaced_by_the_next_store()
    {
        _folder.Write("a/" + TestPdb.Key.RelativePath, [1, 2, 3]);
        _folder.Write("b/" + TestPdb.Key.RelativePath, TestPdb.Build());
        SymbolSearchResult result = await FindAsync($"srv*{_folder["a"]}*{_folder["b"]}");
        Assert.Equal(_folder["a/" + TestPdb.Key.RelativePath], result.Path);
        Assert.Equal(TestPdb.Build(), File.ReadAllBytes(result.Path!));
        Assert.Equal(SymbolAttemptOutcome.Rejected, result.Tried[0].Outcome);
    }

    [Fact]
    public async Task A_pointer_leads_to_the_file()
    {
        string file = _folder.Write("elsewhere/driver.pdb", TestPdb.Build());
        _folder.Write("store/driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a/file.ptr", System.Text.Encoding.UTF8.GetBytes($"PATH:{file}\r\n"));
        Assert.Equal(file, (await FindAsync($"srv*{_folder["store"]}")).Path);
        Assert.Equal(_folder["cache/" + TestPdb.Key.RelativePath], (await FindAsync($"srv*{_folder["cache"]}*{_folder["store"]}")).Path);
    }

    [Theory]
    [InlineData("MSG: ask the build team\r\n", "ask the build team")]
    [InlineData("PATH:relative/driver.pdb", "no full path")]
    [InlineData("PATH:", "names no file")]
    [InlineData("PATH:\u001b[2J", "damaged")]
    public async Task A_pointer_that_leads_nowhere_tells_why(string text, string reason)
    {
        _folder.Write("driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a/file.ptr", System.Text.Encoding.UTF8.GetBytes(text));
        SymbolSearchResult result = await FindAsync($"srv*{_folder.Path}");
        Assert.Null(result.Path);
        Assert.Contains(reason, result.Tried[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_is_found_by_timestamp_and_size()
    {
        SampleProgram program = SampleProgram.Build("basic");
        ImageIdentity identity;
        using (ImageFile image = ImageFile.Open(program.Image)) identity = image.Identity;
        string place = $"basic.exe/{identity.Timestamp:X8}{identity.Size:x}/basic.exe";
        _folder.Write(place, File.ReadAllBytes(program.Image));
        Assert.Equal(_folder[place], (await FindAsync($"srv*{_folder.Path}", SymbolKey.For(identity))).Path);

        _folder.Write("plain/basic.exe", File.ReadAllBytes(program.Image));
        SymbolSearchResult wrong = await FindAsync(_folder["plain"], SymbolKey.For(identity with { Timestamp = 1 }));
        Assert.Null(wrong.Path);
        Assert.Contains("timestamp 00000001", wrong.Tried.First(t => t.Outcome == SymbolAttemptOutcome.Mismatched).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_place_where_the_image_was_built_is_looked_at_first()
    {
        SampleProgram program = SampleProgram.Build("basic");
        PdbIdentity pdb;
        using (ImageFile image = ImageFile.Open(program.Image)) pdb = DebugDirectory.Read(image.Image).Pdb!;
        SymbolKey key = SymbolKey.For(pdb with { Path = program.Pdb });
        Assert.Equal(program.Pdb, (await FindAsync("", key)).Path);
        using SymbolFinder without = new(SymbolPath.Empty, new SymbolFinderOptions { UsePathOfImage = false });
        Assert.Null((await without.FindAsync(key)).Path);
    }

    [Fact]
    public async Task Every_place_is_told_in_the_words_of_sym_noisy()
    {
        _folder.Write("store/" + TestPdb.Key.RelativePath, TestPdb.Build());
        List<string> lines = [];
        using SymbolFinder finder = new(SymbolPath.Parse($"{_folder["plain"]};srv*{_folder["store"]}"), new SymbolFinderOptions { Trace = lines.Add });
        Directory.CreateDirectory(_folder["plain"]);
        await finder.FindAsync(TestPdb.Key);
        Assert.Contains($"DBGHELP: {_folder["plain/driver.pdb"]} - file not found", lines);
        Assert.Contains($"SYMSRV:  BYINDEX: {_folder["store"]} driver.pdb 3844DBB920174967BE7AA4A2C20430FA2a", lines);
        Assert.Contains($"SYMSRV:  PATH: {_folder["store/" + TestPdb.Key.RelativePath]}", lines);
    }

    [Fact]
    public async Task A_compressed_file_stays_so_on_the_way_and_is_unpacked_into_the_nearest_store()
    {
        byte[] cabinet = CabinetBuilder.Lzx(TestPdb.Build(), 17, [(1, 100000)]).Build();
        _folder.Write("c/driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a/driver.pd_", cabinet);
        SymbolSearchResult result = await FindAsync($"srv*{_folder["a"]}*{_folder["b"]}*{_folder["c"]}");
        Assert.Equal(_folder["a/" + TestPdb.Key.RelativePath], result.Path);
        Assert.Equal(TestPdb.Build(), File.ReadAllBytes(result.Path!));
        Assert.Equal(cabinet, File.ReadAllBytes(_folder["b/driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a/driver.pd_"]));
        Assert.Equal(3, _folder.Files().Length);
    }

    [Fact]
    public async Task A_compressed_file_of_an_only_store_is_unpacked_into_the_default_one()
    {
        _folder.Write("c/driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a/driver.pd_", CabinetBuilder.MsZip(TestPdb.Build()).Build());
        using SymbolFinder finder = new(SymbolPath.Parse($"srv*{_folder["c"]}", new SymbolFolders(_folder["default"])));
        Assert.Equal(_folder["default/" + TestPdb.Key.RelativePath], (await finder.FindAsync(TestPdb.Key)).Path);
    }

    [Fact]
    public async Task A_compressed_file_that_is_damaged_or_too_large_or_another_build_leaves_nothing_behind()
    {
        byte[] damaged = CabinetBuilder.Stored(TestPdb.Build()).Build();
        damaged[^9] ^= 1;
        byte[] other = CabinetBuilder.MsZip(TestPdb.Build(Guid.NewGuid(), 1, 1)).Build();
        byte[] large = CabinetBuilder.MsZip(TestPdb.Build(2_000_000)).Build();
        (byte[], SymbolAttemptOutcome)[] cases = [(damaged, SymbolAttemptOutcome.Rejected), (other, SymbolAttemptOutcome.Mismatched), (large, SymbolAttemptOutcome.Rejected)];
        foreach ((byte[] cabinet, SymbolAttemptOutcome outcome) in cases)
        {
            _folder.Write("c/driver.pdb/3844DBB920174967BE7AA4A2C20430FA2a/driver.pd_", cabinet);
            using SymbolFinder finder = new(SymbolPath.Parse($"srv*{_folder["a"]}*{_folder["b"]}*{_folder["c"]}"), new SymbolFinderOptions { MaxFileBytes = 1_000_000 });
            SymbolSearchResult result = await finder.FindAsync(TestPdb.Key);
            Assert.Null(result.Path);
            Assert.Contains(result.Tried, t => t.Outcome == outcome && t.Place.EndsWith("driver.pd_", StringComparison.Ordinal));
            Assert.Single(_folder.Files());
        }
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_is_skipped()
    {
        _folder.Write("c/" + TestPdb.Key.RelativePath, TestPdb.Build());
        // Not even root can make a folder below a file.
        _folder.Write("a", [0]);
        SymbolSearchResult result = await FindAsync($"srv*{_folder["a"]}*{_folder["b"]}*{_folder["c"]}");
        Assert.Equal(_folder["b/" + TestPdb.Key.RelativePath], result.Path);
        Assert.Contains(result.Tried, t => t.Place == _folder["a"] && t.Outcome == SymbolAttemptOutcome.Unavailable && t.Reason.Contains("cannot be written", StringComparison.Ordinal));
        SymbolSearchResult none = await FindAsync($"srv*{_folder["a"]}*{_folder["c"]}");
        Assert.Equal(_folder["c/" + TestPdb.Key.RelativePath], none.Path);
    }

    [Fact]
    public async Task A_directory_that_may_not_be_read_is_told_and_the_next_is_taken()
    {
        // Root may read everything; users of the tests may not.
        if (OperatingSystem.IsWindows()) return;
        _folder.Write("locked/" + TestPdb.Key.RelativePath, TestPdb.Build());
        _folder.Write("open/" + TestPdb.Key.RelativePath, TestPdb.Build());
        File.SetUnixFileMode(_folder["locked/" + TestPdb.Key.RelativePath], UnixFileMode.None);
        SymbolSearchResult result = await FindAsync($"srv*{_folder["locked"]};srv*{_folder["open"]}");
        Assert.Equal(_folder[(Environment.IsPrivilegedProcess ? "locked/" : "open/") + TestPdb.Key.RelativePath], result.Path);
        if (!Environment.IsPrivilegedProcess) Assert.Equal(SymbolAttemptOutcome.Unavailable, result.Tried[0].Outcome);
    }

    [Fact]
    public async Task Many_searches_at_once_for_one_file_fill_a_cache_without_harm()
    {
        byte[] content = TestPdb.Build(3_000_000);
        _folder.Write("far/" + TestPdb.Key.RelativePath, content);
        // A finder for each, as separate processes have.
        SymbolSearchResult[] results = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => FindAsync($"srv*{_folder["near"]}*{_folder["far"]}"))));
        Assert.All(results, r => Assert.Equal(_folder["near/" + TestPdb.Key.RelativePath], r.Path));
        Assert.Equal(content, File.ReadAllBytes(results[0].Path!));
        Assert.Equal(2, _folder.Files().Length);
    }

    private static Task<SymbolSearchResult> FindAsync(string path) => FindAsync(path, TestPdb.Key);

    private static async Task<SymbolSearchResult> FindAsync(string path, SymbolKey key)
    {
        using SymbolFinder finder = new(SymbolPath.Parse(path));
        return await finder.FindAsync(key);
    }
}
