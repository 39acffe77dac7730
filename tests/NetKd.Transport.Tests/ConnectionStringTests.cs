using NetKd.Transport.Net;

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
        Assert.Equal(4ul, options.Key!.Value.Part3);
        Assert.False(options.GoesToTarget);
        Assert.Equal(AddressFamilies.Both, options.Families);
    }

    [Theory]
    [InlineData("10.0.0.10", true, AddressFamilies.IPv4)]
    [InlineData("fd00::10", true, AddressFamilies.IPv6)]
    [InlineData("fe80::1%1", true, AddressFamilies.IPv6)]
    [InlineData("lab-7", true, AddressFamilies.Both)]
    [InlineData("lab-7.example.org", true, AddressFamilies.Both)]
    [InlineData("::", false, AddressFamilies.IPv6)]
    [InlineData("0.0.0.0", false, AddressFamilies.IPv4)]
    [InlineData("", false, AddressFamilies.Both)]
    public void The_target_says_who_goes_to_whom_and_on_which_family(string target, bool goes, AddressFamilies families)
    {
        var options = (NetConnectionOptions)ConnectionString.Parse($"net:port=50000,key=1.2.3.4,target={target}");
        Assert.Equal(goes, options.GoesToTarget);
        Assert.Equal(families, options.Families);
    }

    [Theory]
    [InlineData(1024, "outside the range documented")]
    [InlineData(49151, "outside the range documented")]
    [InlineData(49152, "outside the range recommended")]
    [InlineData(50040, "outside the range recommended")]
    [InlineData(65535, "outside the range recommended")]
    [InlineData(50000, null)]
    [InlineData(50039, null)]
    [InlineData(5364, null)]
    public void A_port_outside_the_usual_ranges_works_with_a_warning(int port, string? warning)
    {
        ConnectionOptions options = ConnectionString.Parse($"net:port={port},key=1.2.3.4");
        if (warning is null) Assert.Empty(options.Warnings);
        else Assert.Contains(warning, Assert.Single(options.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net:port=50000")]
    [InlineData("net:port=50000,key=")]
    public void No_key_is_the_unencrypted_mode(string text) =>
        Assert.Null(((NetConnectionOptions)ConnectionString.Parse(text)).Key);

    [Theory]
    [InlineData("net", "begins with a transport")]
    [InlineData("foo:port=1", "is not a transport")]
    [InlineData("1394:channel=9", "1394: transport (FireWire)")]
    [InlineData("usb:targetname=x", "usb: transport needs Microsoft's USB debug driver")]
    [InlineData("USB2:", "usb: transport needs Microsoft's USB debug driver")]
    [InlineData("kdsrv:server=@{tcp:server=a,port=1},trans=@{com:port=com1}", "kdsrv: transport speaks to Microsoft's KD connection server")]
    [InlineData("exdi:CLSID={29f9906e-9dbe-4d4b-b0fb-6acf7fb6d014},Kd=Guess", "they follow -kx")]
    [InlineData("net:port=50000,key=..", "part 1 of the key is empty")]
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
    [InlineData("net:port=50000,key=1.2.3.4,target=10.0.0", "is not an IPv4 address")]
    [InlineData("net:port=50000,key=1.2.3.4,target=10.0.0.256", "is not an IPv4 address")]
    [InlineData("net:port=50000,key=1.2.3.4,target=fd00::1::2", "is not an IPv6 address")]
    [InlineData("net:port=50000,key=1.2.3.4,target=a b", "is neither an address nor the name")]
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
