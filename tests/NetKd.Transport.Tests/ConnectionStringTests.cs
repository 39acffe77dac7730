namespace NetKd.Transport.Tests;

public class ConnectionStringTests
{
    [Theory]
    [InlineData("net:port=50000,key=1.2.3.4", 50000)]
    [InlineData("NET:Key=1.2.3.4,PORT=50001", 50001)]
    [InlineData("net:port=50002, key=1.2.3.4", 50002)]
    [InlineData("net:key=1.2.3.4", 5364)]
    [InlineData("net:port=50000,key=1.2.3.4,target=", 50000)]
    public void Listening_forms_are_read(string text, int port)
    {
        NetConnectionOptions options = Assert.IsType<NetConnectionOptions>(ConnectionString.Parse(text));
        Assert.Equal(port, options.Port);
        Assert.Equal(4ul, options.Key.Part3);
    }

    [Theory]
    [InlineData("", "begins with a transport")]
    [InlineData("net", "begins with a transport")]
    [InlineData("foo:port=1", "is not a transport")]
    [InlineData("com:port=com1", "com: transport is not supported")]
    [InlineData("net:port=50000", "needs a key")]
    [InlineData("net:port=50000,key=", "part 1 of the key is empty")]
    [InlineData("net:port=50000,key=1.2.3", "has 3 parts, but needs four")]
    [InlineData("net:port=50000,key=1.2.3.4.5", "more than four parts")]
    [InlineData("net:port=50000,key=1.2!.3.4", "part 2 of the key has a character")]
    [InlineData("net:port=50000,key=1.2.zzzzzzzzzzzzz.4", "part 3 of the key is above 2^64-1")]
    [InlineData("net:port=50000,key=1.2.3.00000000000001", "part 4 of the key has more than 13 digits")]
    [InlineData("net:port=abc,key=1.2.3.4", "is not a UDP port")]
    [InlineData("net:port=0,key=1.2.3.4", "is not a UDP port")]
    [InlineData("net:port=65536,key=1.2.3.4", "is not a UDP port")]
    [InlineData("net:port=-1,key=1.2.3.4", "is not a UDP port")]
    [InlineData("net:port=50000,key=1.2.3.4,bogus=1", "\"bogus\" is not an option of net:")]
    [InlineData("net:port=50000;key=1.2.3.4", "is not a UDP port")]
    [InlineData("net:port=50000,key=1.2.3.4,target=10.0.0.1", "target= ")]
    public void What_cannot_be_used_is_refused_in_one_line(string text, string part)
    {
        ConnectionStringException refused = Assert.Throws<ConnectionStringException>(() => ConnectionString.Parse(text));
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void No_text_form_shows_the_key()
    {
        ConnectionOptions options = ConnectionString.Parse("net:port=50000,key=abcdefgh1.abcdefgh2.abcdefgh3.abcdefgh4");
        Assert.DoesNotContain("abcdefgh", options.MaskedText, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefgh", options.ToString(), StringComparison.Ordinal);
        ConnectionStringException refused = Assert.Throws<ConnectionStringException>(() => ConnectionString.Parse("net:port=secretpart1.secretpart2.secretpart3.secretpart4"));
        Assert.DoesNotContain("secretpart1.", refused.Message, StringComparison.Ordinal);
    }
}
