using System.Text;
using NetKd.TargetOs.Boot;

namespace NetKd.TargetOs.Tests;

/// <summary>\netkd.ini: what a person may write, and what a broken file may hold.</summary>
public sealed class BootSettingsTests
{
    private const string Good = "hostip=10.0.2.2\nport=50000\nkey=1.2.3.4\nprotocol=5\ninitialbreak=1\n";

    [Theory]
    [InlineData(Good)]
    [InlineData("  hostip = 10.0.2.2 \r\n\r\nport=50000\r\nkey=1.2.3.4\r\nprotocol=5\r\ninitialbreak=1")]
    public void A_whole_file_is_understood(string text)
    {
        BootSettings settings = Parse(text);
        Assert.True(settings.Complete);
        Assert.Equal((0x0A000202u, (ushort)50000, (byte)5, true, 0), (settings.HostAddress, settings.Port, settings.Protocol, settings.InitialBreak, settings.UnknownLines));
        Assert.Equal((1ul, 2ul, 3ul, 4ul), (settings.Key.Part0, settings.Key.Part1, settings.Key.Part2, settings.Key.Part3));
    }

    [Theory]
    [InlineData("hostip=10.0.2", false)]
    [InlineData("hostip=10.0.2.2.1", false)]
    [InlineData("hostip=10.0.2.256", false)]
    [InlineData("hostip=10..2.2", false)]
    [InlineData("hostip=a.b.c.d", false)]
    [InlineData("port=0", false)]
    [InlineData("port=65536", false)]
    [InlineData("port=-1", false)]
    [InlineData("port=50000000000000000000", false)]
    [InlineData("key=1.2.3", false)]
    [InlineData("key=1.2.3.!", false)]
    [InlineData("protocol=3", true)]
    [InlineData("protocol=", true)]
    [InlineData("initialbreak=2", true)]
    public void A_value_that_is_none_counts_as_missing(string line, bool complete)
    {
        string name = line[..line.IndexOf('=', StringComparison.Ordinal)];
        string text = string.Join('\n', Good.Split('\n').Select(l => l.StartsWith(name + "=", StringComparison.Ordinal) ? line : l));
        BootSettings settings = Parse(text);
        Assert.Equal(complete, settings.Complete);
        Assert.Equal(name == "protocol" ? 4 : 5, settings.Protocol);
    }

    [Fact]
    public void Lines_that_are_not_understood_are_counted()
    {
        Assert.Equal(2, Parse(Good + "colour=blue\nwhat\n\n  \n").UnknownLines);
        Assert.Equal(4, Parse("port=1").Protocol);
        Assert.False(Parse("").Complete);
    }

    [Fact]
    public void A_key_longer_than_any_is_refused() => Assert.False(Parse($"key={new string('1', 5000)}").HasKey);

    [Fact]
    public void Fuzzed_files_do_no_harm()
    {
        Random random = new(8);
        byte[] good = Encoding.ASCII.GetBytes(Good);
        int complete = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] text = good[..random.Next(good.Length + 1)];
            for (int change = random.Next(4); change > 0 && text.Length > 0; change--) text[random.Next(text.Length)] = (byte)random.Next(256);
            BootSettings settings = BootSettings.Parse(text);
            Assert.True(settings.Protocol is 2 or 4 or 5);
            if (settings.Complete) complete++;
        }

        Assert.InRange(complete, 1000, 99_000);
    }

    private static BootSettings Parse(string text) => BootSettings.Parse(Encoding.ASCII.GetBytes(text));
}
