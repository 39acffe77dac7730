namespace NetKd.BootConfig.Kdnet;

/// <summary>
/// Reads the network adapters of this machine from sysfs (Linux kernel, Documentation/ABI/testing/sysfs-bus-pci and sysfs-class-net).
/// What cannot be read is left out; nothing is written.
/// </summary>
internal static class LinuxInventory
{
    private const int MostDevices = 4096;
    private const int MostFileCharacters = 256;
    private const uint NetworkController = 0x02;
    private const uint OtherNetworkController = 0x0280;

    /// <param name="sysfs">Where sysfs is mounted.</param>
    /// <param name="seesMicrosoftHypervisor">What the processor says.</param>
    public static TargetMachine Read(string sysfs, bool? seesMicrosoftHypervisor)
    {
        List<NetworkAdapter> adapters = [];
        bool isQemu = false;
        foreach (string device in Entries(Path.Combine(sysfs, "bus", "pci", "devices")))
        {
            if (!PciAddress.TryParseLinux(Path.GetFileName(device), out PciAddress address) || !TryId(device, "vendor", "device", out PciId id)) continue;
            isQemu |= id.IsQemu || (TryId(device, "subsystem_vendor", "subsystem_device", out PciId subsystem) && subsystem.IsQemu);
            if (Number(device, "class") >> 8 is { } code && code >> 8 == NetworkController) adapters.Add(PciAdapter(sysfs, device, address, id, code));
        }

        adapters.AddRange(Entries(Path.Combine(sysfs, "class", "net")).Select(UsbAdapter).OfType<NetworkAdapter>());
        return new TargetMachine("this machine", TargetMachine.InOrder(adapters)) { IsThisMachine = true, IsQemu = isQemu, SeesMicrosoftHypervisor = seesMicrosoftHypervisor };
    }

    private static NetworkAdapter PciAdapter(string sysfs, string device, PciAddress address, PciId id, uint code)
    {
        string name = InterfaceOf(device);
        string node = Path.Combine(sysfs, "class", "net", name);
        return new NetworkAdapter
        {
            Kind = code == OtherNetworkController || (name.Length > 0 && IsWireless(node)) ? AdapterKind.Wireless : AdapterKind.Wired,
            Address = address,
            Id = id,
            Name = $"{id.VendorName ?? "Adapter"} {id}",
            Interface = name,
            IsPluggedIn = name.Length > 0 ? IsUp(node) : null,
            IsRemovable = Text(device, "removable") == "removable",
            Switch = name.Length > 0 ? SwitchOf(node) : "",
        };
    }

    private static NetworkAdapter? UsbAdapter(string node)
    {
        // .../usb1/1-2/1-2:1.0/net/eth1: the interface is two folders below the device's interface, three below the device.
        string? place = Target(node);
        if (place is null || !place.Split('/').Any(part => part.StartsWith("usb", StringComparison.Ordinal) && part.AsSpan(3).ContainsAnyInRange('0', '9'))) return null;
        string device = Path.GetFullPath(Path.Combine(place, "..", "..", ".."));
        return new NetworkAdapter
        {
            Kind = IsWireless(node) ? AdapterKind.Wireless : AdapterKind.Usb,
            Name = Text(device, "product") is { Length: > 0 } product ? product : "USB network adapter",
            Interface = Path.GetFileName(node),
            IsPluggedIn = IsUp(node),
            IsRemovable = true,
            Switch = SwitchOf(node),
        };
    }

    // A virtio interface hangs below a device of its own: 0000:00:03.0/virtio0/net/eth0.
    private static string InterfaceOf(string device) => Entries(Path.Combine(device, "net"))
        .Concat(Entries(device).Where(entry => Path.GetFileName(entry).StartsWith("virtio", StringComparison.Ordinal)).SelectMany(entry => Entries(Path.Combine(entry, "net"))))
        .Select(entry => Path.GetFileName(entry)!)
        .Order(StringComparer.Ordinal)
        .FirstOrDefault("");

    private static bool IsWireless(string node) => Directory.Exists(Path.Combine(node, "wireless")) || Directory.Exists(Path.Combine(node, "phy80211"));

    // "unknown" is what drivers without carrier detection say.
    private static bool? IsUp(string node) => Text(node, "operstate") switch { "up" => true, "down" or "lowerlayerdown" => false, _ => null };

    private static string SwitchOf(string node) => Target(Path.Combine(node, "master")) is { } master ? Path.GetFileName(master) : "";

    private static bool TryId(string device, string vendor, string model, out PciId id) => PciId.TryParse(Text(device, vendor), Text(device, model), out id);

    private static uint? Number(string device, string file) =>
        Text(device, file) is ['0', 'x', .. string digits] && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value) ? value : null;

    private static string Text(string folder, string file)
    {
        try
        {
            using StreamReader reader = new(Path.Combine(folder, file));
            char[] text = new char[MostFileCharacters];
            return new string(text, 0, reader.ReadBlock(text)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string? Target(string link)
    {
        try
        {
            return Directory.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string> Entries(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Take(MostDevices).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
