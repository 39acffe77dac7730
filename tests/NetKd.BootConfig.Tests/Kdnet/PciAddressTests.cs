using NetKd.BootConfig.Kdnet;

namespace NetKd.BootConfig.Tests.Kdnet;

public sealed class PciAddressTests
{
    [Theory]
    [InlineData("0000:00:19.0", "0.25.0")]
    [InlineData("ff:1f.7", "255.31.7")]
    [InlineData("0001:8D:00.1", "1.141.0.1")]
    [InlineData("10000:e1:00.0", "65536.225.0.0")]
    public void Linux_addresses_are_hexadecimal_and_bus_parameters_decimal(string text, string busParameters)
    {
        Assert.True(PciAddress.TryParseLinux(text, out PciAddress address));
        Assert.Equal(busParameters, address.BusParameters);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("::::")]
    [InlineData("00:20.0")]
    [InlineData("00:1f.8")]
    [InlineData("0000:00:1f")]
    [InlineData("000000000:00:1f.0")]
    [InlineData("-001:00:1f.0")]
    [InlineData("0000: 0:1f.0")]
    [InlineData("0000:00:1f.0 ")]
    [InlineData("0000:100:1f.0")]
    public void Other_texts_are_no_linux_addresses(string text) => Assert.False(PciAddress.TryParseLinux(text, out _));

    [Theory]
    [InlineData("0.25.0", "0000:00:19.0")]
    [InlineData("1.141.0.1", "0001:8d:00.1")]
    public void Bus_parameters_are_read(string text, string address)
    {
        Assert.True(PciAddress.TryParseBusParameters(text, out PciAddress parsed));
        Assert.Equal(address, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.25")]
    [InlineData("0.32.0")]
    [InlineData("256.0.0")]
    [InlineData("0.0.8")]
    [InlineData("0.-1.0")]
    [InlineData("0x1.0.0")]
    [InlineData("1.1.1.1.1")]
    [InlineData("65536.0.0.0")]
    [InlineData("99999999999.0.0")]
    public void Other_texts_are_no_bus_parameters(string text) => Assert.False(PciAddress.TryParseBusParameters(text, out _));

    [Theory]
    [InlineData(@"@system32\drivers\pci.sys,#65536;PCI bus %1, device %2, function %3;(0,25,0)", "0.25.0")]
    [InlineData(@"@system32\drivers\pci.sys,#65536;PCI-Bus %1, Gerät %2, Funktion %3;(2,0,1)", "2.0.1")]
    [InlineData("PCI bus 3, device 0, function 0", "3.0.0")]
    [InlineData("(258,0,0)", "1.2.0.0")]
    public void Windows_locations_are_read_in_any_language(string text, string busParameters)
    {
        Assert.True(DeviceLocation.TryParse(text, out PciAddress address));
        Assert.Equal(busParameters, address.BusParameters);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Port_#0003.Hub_#0001")]
    [InlineData(")(")]
    [InlineData("(0,32,0)")]
    [InlineData("(99999999999,0,0)")]
    [InlineData("(0,0)")]
    public void Other_texts_are_no_windows_locations(string text) => Assert.False(DeviceLocation.TryParse(text, out _));
}
