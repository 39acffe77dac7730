using System.Net;
using NetKd.BootConfig.Kdnet;

namespace NetKd.BootConfig.Tests.Kdnet;

public sealed class KdnetAdviceTests
{
    private static readonly PciAddress s_place = new(0, 0, 25, 0);

    private static readonly NetworkAdapter s_listed = new() { Name = "LAN", Address = s_place, Id = new PciId(0x8086, 0x153A), IsPluggedIn = true };

    private static readonly NetworkAdapter s_radio = s_listed with { Kind = AdapterKind.Wireless, Name = "Wi-Fi" };

    private static readonly NetworkAdapter s_usb = new() { Kind = AdapterKind.Usb, Name = "USB LAN" };

    [Fact]
    public void A_plain_machine_gets_no_warning() => Assert.Empty(Rules(s_listed, s_listed, s_radio));

    [Fact]
    public void Machines_without_a_supported_adapter_hear_why()
    {
        Assert.Equal(["no-supported-nic"], Rules(null));
        Assert.Equal(["no-supported-nic"], Rules(null, s_listed with { Id = new PciId(0x8086, 0xFFFF) }));
        Assert.Equal(["only-wireless-or-usb"], Rules(null, s_radio));
        Assert.Contains("only-wireless-or-usb", Rules(null, s_usb, s_radio));
        Assert.Equal(["qemu-as-hyper-v", "virtio"], RulesOf(Machine(s_listed with { Id = new PciId(0x1AF4, 0x1041) }) with { IsQemu = true }, null));
        NetworkAdapter vmware = s_listed with { Id = new PciId(0x15AD, 0x07B0) };
        Assert.Equal(["windows-too-old"], RulesOf(Machine(vmware), null, 22631));
        Assert.Equal(["not-supported"], Rules(s_radio, s_radio));
    }

    [Fact]
    public void Docks_switches_and_cables_are_seen()
    {
        Assert.Equal(["docking-station"], Rules(s_listed with { IsRemovable = true }));
        Assert.Equal(["docking-station"], Rules(s_listed, s_listed, s_usb));
        Assert.Equal(["virtual-switch"], Rules(s_listed with { Switch = "br0" }));
        Assert.Equal(["virtual-switch"], Rules(s_listed, s_listed, new NetworkAdapter { Kind = AdapterKind.Virtual, Name = "Hyper-V Virtual Ethernet Adapter #2" }));
        Assert.Equal(["unplugged"], Rules(s_listed with { IsPluggedIn = false }));
    }

    [Fact]
    public void Qemu_and_hyper_v_are_told_apart()
    {
        Assert.Equal(["qemu-as-hyper-v"], RulesOf(Machine(s_listed) with { IsQemu = true, SeesMicrosoftHypervisor = true }, s_listed));
        Assert.Empty(RulesOf(Machine() with { SeesMicrosoftHypervisor = true }, null));
    }

    [Theory]
    [InlineData("10.0.0.5", "host-is-target")]
    [InlineData("169.254.7.7", "apipa")]
    [InlineData("fe80::1", "apipa")]
    [InlineData("10.0.1.5", "router")]
    [InlineData("10.0.0.6", null)]
    [InlineData("2001:db8::1", null)]
    public void Host_addresses_are_compared_with_the_targets(string host, string? rule)
    {
        IEnumerable<string> rules = KdnetAdvice.AboutHost(IPAddress.Parse(host), [new LocalNetwork(IPAddress.Parse("10.0.0.5"), 24)]).Select(advice => advice.Rule);
        Assert.Equal(rule is null ? [] : [rule], rules);
    }

    [Theory]
    [InlineData("127.0.1.1")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    [InlineData("ff02::1")]
    [InlineData("fe80::1%3")]
    public void Addresses_of_no_machine_are_refused(string host) => Assert.NotNull(KdnetAdvice.WhyNoHost(IPAddress.Parse(host)));

    [Fact]
    public void The_table_is_whole()
    {
        Assert.Equal(556, SupportedAdapters.Count);
        Assert.Equal(9200, SupportedAdapters.MinimumBuild(new PciId(0x8086, 0x100E)));
        Assert.Equal(26006, SupportedAdapters.MinimumBuild(new PciId(0x15AD, 0x07B0)));
        Assert.Null(SupportedAdapters.MinimumBuild(new PciId(0x1AF4, 0x1041)));
    }

    [Fact]
    public void The_recommended_adapter_has_a_cable_and_stays_in_the_machine()
    {
        NetworkAdapter dock = s_listed with { Name = "dock", IsRemovable = true, Address = new PciAddress(0, 0, 1, 0) };
        NetworkAdapter loose = s_listed with { Name = "loose", IsPluggedIn = false, Address = new PciAddress(0, 0, 2, 0) };
        Assert.Equal(s_listed, Machine(dock, loose, s_listed).Recommend(null));
        Assert.Equal(dock, Machine(dock, loose).Recommend(null));
        Assert.Null(Machine(s_radio).Recommend(null));
    }

    private static TargetMachine Machine(params NetworkAdapter[] adapters) => new("list", adapters);

    private static IEnumerable<string> Rules(NetworkAdapter? chosen, params NetworkAdapter[] adapters) => RulesOf(Machine(adapters), chosen);

    private static IEnumerable<string> RulesOf(TargetMachine machine, NetworkAdapter? chosen, int? build = null)
    {
        IReadOnlyList<Advice> all = KdnetAdvice.AboutHardware(machine, chosen, build);
        Assert.All(all, advice => Assert.True(advice.NextStep.Length > 0));
        return all.Select(advice => advice.Rule);
    }
}
