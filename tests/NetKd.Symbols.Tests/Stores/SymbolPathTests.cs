using NetKd.Symbols.Stores;

namespace NetKd.Symbols.Tests.Stores;

/// <summary>Symbol paths mean what Microsoft's pages say.</summary>
public sealed class SymbolPathTests
{
    private static readonly SymbolFolders s_folders = new("/default");

    [Theory]
    [InlineData("srv*https://a.example/symbols", "https://a.example/symbols")]
    [InlineData("SRV*/cache*https://a.example/symbols", "/cache|https://a.example/symbols")]
    [InlineData("srv*/local*/interim*https://a.example", "/local|/interim|https://a.example")]
    [InlineData("srv**/interim*https://a.example", "/default|/interim|https://a.example")]
    [InlineData("srv*/local*", "/local|/default")]
    [InlineData("symsrv*symsrv.dll*/local*/store", "/local|/store")]
    [InlineData("SymSrv*SymSrv.DLL*/store", "/store")]
    [InlineData("/local*/store", "/local|/store")]
    public void Stores_are_listed_nearest_first(string text, string stores)
    {
        SymbolPath path = SymbolPath.Parse(text, s_folders);
        ServerElement element = Assert.IsType<ServerElement>(Assert.Single(path.Elements));
        Assert.Equal(stores, string.Join('|', element.Stores));
        Assert.Empty(path.Warnings);
        Assert.Equal(text, path.Expanded);
    }

    [Fact]
    public void Srv_alone_is_the_default_cache_before_the_public_store_in_the_words_of_kd()
    {
        SymbolPath path = SymbolPath.Parse("srv*", s_folders);
        Assert.Equal("srv*", path.ToString());
        Assert.Equal("cache*;SRV*https://msdl.microsoft.com/download/symbols", path.Expanded);
        Assert.Equal("/default", Assert.IsType<CacheElement>(path.Elements[0]).Store.Directory);
        Assert.Equal("https://msdl.microsoft.com/download/symbols", Assert.Single(Assert.IsType<ServerElement>(path.Elements[1]).Stores).ToString());
    }

    [Fact]
    public void Symfix_with_a_directory_shows_it_in_the_expansion()
    {
        SymbolPath path = SymbolPath.PublicStore("/mine");
        Assert.Equal("srv*", path.ToString());
        Assert.Equal("cache*/mine;SRV*https://msdl.microsoft.com/download/symbols", path.Expanded);

        path = SymbolPath.Parse("/some/symbols", s_folders).AppendPublicStore("/mine");
        Assert.Equal("/some/symbols;srv*", path.ToString());
        Assert.Equal("/some/symbols;cache*/mine;SRV*https://msdl.microsoft.com/download/symbols", path.Expanded);
    }

    [Fact]
    public void Elements_keep_their_order()
    {
        SymbolPath path = SymbolPath.Parse(" /mine ; ;\"/quoted dir\";cache*;srv*https://a.example;cache*/other", s_folders);
        Assert.Equal(["/mine", "/quoted dir", "cache*", "srv*https://a.example", "cache*/other"], path.Elements.Select(e => e.Text));
        Assert.Equal("/default", Assert.IsType<CacheElement>(path.Elements[2]).Store.Directory);
        Assert.Equal("/other", Assert.IsType<CacheElement>(path.Elements[4]).Store.Directory);
        Assert.Equal("/mine;/quoted dir;cache*;srv*https://a.example;cache*/other;/more", path.Append("/more").Expanded);
        Assert.Empty(path.Warnings);
    }

    [Theory]
    [InlineData("symsrv*other.dll*/store", "other.dll")]
    [InlineData("cache*/a*/b", "one directory")]
    [InlineData("cache*https://a.example", "cannot be a cache")]
    [InlineData("file:///a", "complete address")]
    [InlineData("srv*ftp://a.example/x", "complete address")]
    [InlineData("https://", "complete address")]
    public void What_cannot_be_used_is_refused_by_name(string text, string reason)
    {
        SymbolPath path = SymbolPath.Parse(text, s_folders);
        Assert.Empty(path.Elements);
        string warning = Assert.Single(path.Warnings);
        Assert.StartsWith(text, warning, StringComparison.Ordinal);
        Assert.Contains(reason, warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\\server\share", "mount")]
    [InlineData(@"c:\symbols", "no drives")]
    [InlineData(@"srv*c:\symbols*https://a.example/s", "no drives")]
    [InlineData("~/symbols", "home directory")]
    public void Names_of_another_system_are_refused_with_what_to_write_instead(string text, string reason)
    {
        if (OperatingSystem.IsWindows()) return;
        SymbolPath path = SymbolPath.Parse(text, s_folders);
        Assert.Contains(reason, Assert.Single(path.Warnings), StringComparison.Ordinal);
        // The rest of a chain still serves.
        Assert.Equal(text.StartsWith("srv", StringComparison.Ordinal) ? 1 : 0, path.Elements.Count);
    }

    [Fact]
    public void A_server_without_srv_is_taken_as_one_with_a_warning()
    {
        SymbolPath path = SymbolPath.Parse("https://a.example/symbols", s_folders);
        Assert.Equal("https://a.example/symbols", Assert.IsType<ServerElement>(Assert.Single(path.Elements)).Stores[0].ToString());
        Assert.Contains("srv*https://a.example/symbols", Assert.Single(path.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Passwords_and_tokens_of_an_address_are_not_shown()
    {
        SymbolPath path = SymbolPath.Parse("srv*/c*https://user:secret@a.example/s?token=secret;https://x:secret@b.example;cache*https://x:secret@b.example", s_folders);
        Assert.Equal("secret", path.Elements.OfType<ServerElement>().First().Stores[1].Server!.UserInfo.Split(':')[1]);
        string[] shown = [path.ToString(), path.Expanded, .. path.Warnings, .. path.Elements.Select(e => e.Text), .. path.Elements.OfType<ServerElement>().SelectMany(e => e.Stores).Select(s => s.ToString())];
        Assert.All(shown, s => Assert.DoesNotContain("secret", s, StringComparison.Ordinal));
        Assert.Equal("srv*/c*https://a.example/s", path.Elements[0].Text);
    }

    [Fact]
    public void A_path_that_is_too_long_is_cut_with_a_warning()
    {
        SymbolPath path = SymbolPath.Parse(string.Join(';', Enumerable.Range(0, 1000).Select(i => $"/d{i}")), s_folders);
        Assert.Equal(256, path.Elements.Count);
        Assert.Single(path.Warnings);
    }

    [Fact]
    public void Any_text_gives_elements_or_warnings()
    {
        string[] pieces = ["srv*", "symsrv*", "symsrv.dll", "cache*", "*", ";", "https://", "http://u:p@a.example/", "?q=1", "/dir", @"\\s\share", "c:", "~", "%A%", "\"", " ", "\u001b[2J", "\0", "..", "é"];
        Random random = new(17);
        for (int i = 0; i < Fuzzing.Count(20_000); i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            SymbolPath path = SymbolPath.Parse(text, s_folders);
            Assert.All(path.Elements.OfType<ServerElement>(), e => Assert.InRange(e.Stores.Count, 1, 16));
            Assert.DoesNotContain("u:p@", path.Expanded + path, StringComparison.Ordinal);
            Assert.All(path.Warnings, w => Assert.DoesNotContain("u:p@", w, StringComparison.Ordinal));
        }
    }
}
