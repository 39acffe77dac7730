using System.Net;
using System.Net.NetworkInformation;
using NetKd.Cli.Doctor;

namespace NetKd.Cli.Tests;

public sealed class DoctorAddressTests
{
    [Theory]
    [InlineData("192.168.1.5", "eth0", "eth0", AddressKind.Usual)]
    [InlineData("2001:db8::5", "Ethernet 2", "Intel(R) Ethernet", AddressKind.Usual)]
    [InlineData("169.254.10.1", "eth0", "eth0", AddressKind.LinkLocal)]
    [InlineData("fe80::1", "eth0", "eth0", AddressKind.LinkLocal)]
    [InlineData("172.17.0.1", "docker0", "docker0", AddressKind.Virtual)]
    [InlineData("172.20.0.1", "vEthernet (Default Switch)", "Hyper-V Virtual Ethernet Adapter", AddressKind.Virtual)]
    [InlineData("10.8.0.2", "wg0", "wg0", AddressKind.Tunnel)]
    public void Addresses_are_judged_by_themselves_and_their_interface(string address, string name, string description, object kind) =>
        Assert.Equal(kind, HostAddress.Classify(IPAddress.Parse(address), NetworkInterfaceType.Ethernet, name, description));

    [Fact]
    public void Only_usual_addresses_are_recommended()
    {
        List<Finding> findings = [.. AddressExamination.Examine(
        [
            new HostAddress(IPAddress.Parse("192.168.1.5"), "eth0", AddressKind.Usual),
            new HostAddress(IPAddress.Parse("2001:db8::5"), "eth0", AddressKind.Usual),
            new HostAddress(IPAddress.Parse("172.17.0.1"), "docker0", AddressKind.Virtual),
            new HostAddress(IPAddress.Parse("10.8.0.2"), "wg0", AddressKind.Tunnel),
            new HostAddress(IPAddress.Parse("169.254.1.1"), "eth1", AddressKind.LinkLocal),
        ])];
        Assert.Equal([Severity.Ok, Severity.Ok, Severity.Warn, Severity.Warn, Severity.Warn], findings.Select(f => f.Severity));
        Assert.Contains("hostip:192.168.1.5", findings[0].Text, StringComparison.Ordinal);
        Assert.Contains("hostipv6:2001:db8::5", findings[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_addresses_is_told() =>
        Assert.Equal(Severity.Warn, Assert.Single(AddressExamination.Examine([])).Severity);
}
