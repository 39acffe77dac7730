using NetKd.BootConfig.Kdnet;

namespace NetKd.BootConfig.Tests.Kdnet;

/// <summary>Trees of files and links in the shape of sysfs.</summary>
public sealed class LinuxInventoryTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("netkd-sysfs-");

    [Fact]
    public void Wired_wireless_and_usb_adapters_are_told_apart()
    {
        Pci("0000:00:00.0", 0x060000, 0x8086, 0x0c04);
        Pci("0000:00:19.0", 0x020000, 0x8086, 0x153a, "eno1", "up");
        Pci("0000:03:00.0", 0x028000, 0x8086, 0x08b2, "wlan0", "up");
        Pci("0000:3a:00.0", 0x020000, 0x8086, 0x1533, "eth9", "down", removable: "removable");
        Usb("eth1", "USB 10/100/1000 LAN\n");
        Link("class/net/eno1/master", "devices/virtual/net/br0");
        TargetMachine machine = LinuxInventory.Read(_root.FullName, false);
        Assert.Collection(
            machine.Adapters,
            wired => Assert.Equal((AdapterKind.Wired, "0.25.0", "eno1", true, "br0", false), (wired.Kind, wired.Address?.BusParameters, wired.Interface, wired.IsPluggedIn, wired.Switch, wired.IsRemovable)),
            radio => Assert.Equal((AdapterKind.Wireless, "3.0.0"), (radio.Kind, radio.Address?.BusParameters)),
            dock => Assert.Equal((AdapterKind.Wired, "58.0.0", false, true), (dock.Kind, dock.Address?.BusParameters, dock.IsPluggedIn, dock.IsRemovable)),
            usb => Assert.Equal((AdapterKind.Usb, "USB 10/100/1000 LAN", "eth1"), (usb.Kind, usb.Name, usb.Interface)));
        Assert.False(machine.IsQemu);
        Assert.False(machine.IsHyperVGuest);
        Assert.Equal("0.25.0", machine.Recommend(null)?.Address?.BusParameters);
    }

    [Fact]
    public void Qemu_shows_in_the_board_of_a_copied_adapter()
    {
        Pci("0000:00:02.0", 0x020000, 0x8086, 0x10d3, board: 0x1af4);
        TargetMachine machine = LinuxInventory.Read(_root.FullName, true);
        Assert.True(machine.IsQemu);
        Assert.False(machine.IsHyperVGuest);
    }

    [Fact]
    public void Damaged_entries_are_left_out()
    {
        Pci("0000:00:19.0", 0x020000, 0x8086, 0x153a);
        Pci("0000:00:20.0", 0x020000, 0x8086, 0x153a);
        File.WriteAllText(Make("bus/pci/devices/0000:00:03.0/class"), "0x" + new string('9', 100_000));
        File.WriteAllText(Make("bus/pci/devices/0000:00:04.0/vendor"), "8086:\0\0");
        Link("class/net/loop", "class/net/loop");
        Assert.Single(LinuxInventory.Read(_root.FullName, null).Adapters);
        Assert.Empty(LinuxInventory.Read(Path.Combine(_root.FullName, "none"), null).Adapters);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void Pci(string address, int code, int vendor, int device, string? name = null, string state = "unknown", string removable = "fixed", int board = 0x1028)
    {
        string folder = $"bus/pci/devices/{address}/";
        File.WriteAllText(Make(folder + "class"), $"0x{code:x6}\n");
        File.WriteAllText(Make(folder + "vendor"), $"0x{vendor:x4}\n");
        File.WriteAllText(Make(folder + "device"), $"0x{device:x4}\n");
        File.WriteAllText(Make(folder + "subsystem_vendor"), $"0x{board:x4}\n");
        File.WriteAllText(Make(folder + "subsystem_device"), "0x1100\n");
        File.WriteAllText(Make(folder + "removable"), removable + "\n");
        if (name is null) return;
        File.WriteAllText(Make($"{folder}net/{name}/operstate"), state + "\n");
        Link($"class/net/{name}", $"{folder}net/{name}");
    }

    private void Usb(string name, string product)
    {
        const string Device = "devices/pci0000:00/0000:00:14.0/usb1/1-2/";
        File.WriteAllText(Make(Device + "product"), product);
        File.WriteAllText(Make($"{Device}1-2:1.0/net/{name}/operstate"), "up\n");
        Link($"class/net/{name}", $"{Device}1-2:1.0/net/{name}");
    }

    private void Link(string link, string target) => File.CreateSymbolicLink(Make(link), Path.Combine(_root.FullName, target));

    private string Make(string path)
    {
        string whole = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        return whole;
    }
}
