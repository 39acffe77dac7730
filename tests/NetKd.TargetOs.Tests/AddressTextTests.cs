using System.Net;
using System.Text;
using NetKd.TargetOs.Boot;

namespace NetKd.TargetOs.Tests;

/// <summary>Addresses and bus parameters as text, compared with what .NET reads.</summary>
public sealed class AddressTextTests
{
    [Theory]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("fec0::2")]
    [InlineData("2001:DB8::a:0:1")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::")]
    [InlineData("::2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:10.0.2.2")]
    [InlineData("::ffff:192.168.2.1")]
    public void An_IPv6_address_is_read(string text)
    {
        Assert.True(IPv6Text.TryParse(Encoding.ASCII.GetBytes(text), out ulong high, out ulong low));
        byte[] bytes = IPAddress.Parse(text).GetAddressBytes();
        Assert.Equal(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes), high);
        Assert.Equal(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(8)), low);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData(":1")]
    [InlineData("1:")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("1::2::3")]
    [InlineData("12345::")]
    [InlineData("g::1")]
    [InlineData("fe80::1%2")]
    [InlineData("1.2.3.4")]
    [InlineData("::1.2.3")]
    public void What_is_no_IPv6_address_is_refused(string text) => Assert.False(IPv6Text.TryParse(Encoding.ASCII.GetBytes(text), out _, out _));

    [Theory]
    [InlineData("0.25.0", true, 0, 25, 0)]
    [InlineData("0.3.31.7", true, 3, 31, 7)]
    [InlineData("255.0.7", true, 255, 0, 7)]
    [InlineData("1.3.0.0", false, 0, 0, 0)]
    [InlineData("0.32.0", false, 0, 0, 0)]
    [InlineData("0.1.8", false, 0, 0, 0)]
    [InlineData("256.1.1", false, 0, 0, 0)]
    [InlineData("1", false, 0, 0, 0)]
    [InlineData("0.1", false, 0, 0, 0)]
    [InlineData("0.1.", false, 0, 0, 0)]
    [InlineData("0.1.2.3.4", false, 0, 0, 0)]
    [InlineData("0.0x1.2", false, 0, 0, 0)]
    public void Bus_parameters_are_decimal(string text, bool read, int bus, int device, int function)
    {
        Assert.Equal(read, BusParameters.TryParse(Encoding.ASCII.GetBytes(text), out BusParameters parameters));
        Assert.Equal((bus, device, function, read), (parameters.Bus, parameters.Device, parameters.Function, parameters.IsGiven));
    }
}
