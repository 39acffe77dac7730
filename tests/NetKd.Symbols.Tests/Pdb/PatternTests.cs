using System.IO.Enumeration;
using NetKd.Symbols.Pdb;

namespace NetKd.Symbols.Tests.Pdb;

/// <summary>Patterns find by a look at the bytes of names what they would find among all names.</summary>
public sealed class PatternTests
{
    private static readonly string[] s_patterns =
    [
        "*ring*", "*Counter*", "*operator*", "*string*", "*vftable*", "*vf*able'{for*", "*deleting*", "*Counter,4*", "*<short,8>*", "*7*", "*8>*", "*int*", "*unsigned*", "varied::*",
        "varied::containers::*::Push", "*`*", "?ain", "Main", "*+=", "*~*", "*ctor", "*_purecall", "*xmm*", "*FOLDED?ne", "*struct*", "*Base*", "*anonymous*", "*nothing of this name*", "",
    ];

    [Theory]
    [InlineData("varied-x86_64-O0")]
    [InlineData("varied-i686-O1")]
    [InlineData("stripped-x86_64")]
    [InlineData("stripped-i686")]
    [InlineData("types-x86_64")]
    public void A_pattern_finds_what_it_matches_among_all_names(string build)
    {
        using PdbFile file = PdbFile.Open(SampleBuilds.Build(build).Pdb);
        Symbol[] all = [.. file.Match("*")];
        int found = 0;
        foreach (string pattern in s_patterns)
        {
            Symbol[] wanted = [.. all.Where(symbol => FileSystemName.MatchesSimpleExpression(pattern, symbol.Name))];
            Assert.Equal(wanted, file.Match(pattern));
            found += wanted.Length;
        }

        Assert.True(found > 50, $"{found} names matched");
    }
}
