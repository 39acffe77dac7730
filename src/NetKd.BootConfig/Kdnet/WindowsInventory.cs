using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security;
using Microsoft.Win32;

namespace NetKd.BootConfig.Kdnet;

/// <summary>
/// Reads the network adapters of this Windows machine from the device tree's registry keys. The PCI location is taken from the numbers
/// after the text of LocationInformation, which do not depend on Windows' language (facts: kernel-debugging-docs, F.3 no. 6).
/// </summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsInventory
{
    private const string DeviceTree = @"SYSTEM\CurrentControlSet\Enum";
    // The setup class of network adapters (Microsoft: system-defined device setup classes).
    private const string NetworkClass = "{4d36e972-e325-11ce-bfc1-08002be10318}";
    private const uint Success = 0;

    public static TargetMachine Read(bool? seesMicrosoftHypervisor)
    {
        List<NetworkAdapter> adapters = [];
        bool isQemu = false;
        foreach (string bus in (string[])["PCI", "USB", "ROOT", "VMBUS"])
        {
            foreach ((string instance, RegistryKey key) in Devices(bus))
            {
                using (key)
                {
                    DeviceInstanceId? hardware = DeviceInstanceId.TryParse(instance, out DeviceInstanceId id) ? id : null;
                    isQemu |= hardware is { } pci && (pci.Id.IsQemu || pci.Subsystem?.IsQemu == true);
                    if (string.Equals(key.GetValue("ClassGUID") as string, NetworkClass, StringComparison.OrdinalIgnoreCase)) adapters.Add(Adapter(bus, hardware, key));
                }
            }
        }

        return new TargetMachine("this machine", TargetMachine.InOrder(adapters)) { IsThisMachine = true, IsQemu = isQemu, SeesMicrosoftHypervisor = seesMicrosoftHypervisor };
    }

    private static NetworkAdapter Adapter(string bus, DeviceInstanceId? hardware, RegistryKey key)
    {
        // Class code 02 80 is a network controller that is not Ethernet: in practice Wi-Fi.
        bool isWireless = key.GetValue("CompatibleIDs") is string[] compatible && compatible.Any(id => id.EndsWith("&CC_0280", StringComparison.OrdinalIgnoreCase));
        return new NetworkAdapter
        {
            Kind = bus switch { "PCI" => isWireless ? AdapterKind.Wireless : AdapterKind.Wired, "USB" => AdapterKind.Usb, _ => AdapterKind.Virtual },
            Id = hardware?.Id,
            Address = DeviceLocation.TryParse(key.GetValue("LocationInformation") as string ?? "", out PciAddress address) ? address : null,
            Name = Shown(key.GetValue("FriendlyName") as string ?? key.GetValue("DeviceDesc") as string ?? "network adapter"),
            IsRemovable = bus == "USB",
        };
    }

    // "@oem1.inf,%name%;Intel(R) Ethernet" and plain texts are both there.
    private static string Shown(string text) => text[(text.LastIndexOf(';') + 1)..];

    private static IEnumerable<(string Instance, RegistryKey Key)> Devices(string bus)
    {
        using RegistryKey? tree = Open(Registry.LocalMachine, $@"{DeviceTree}\{bus}");
        foreach (string device in tree?.GetSubKeyNames() ?? [])
        {
            using RegistryKey? models = Open(tree!, device);
            foreach (string number in models?.GetSubKeyNames() ?? [])
            {
                string instance = $@"{bus}\{device}\{number}";
                // Keys of devices that are long gone stay; a device node exists only for what is there.
                if (CM_Locate_DevNodeW(out _, instance, 0) == Success && Open(models!, number) is { } key) yield return (instance, key);
            }
        }
    }

    private static RegistryKey? Open(RegistryKey parent, string name)
    {
        try
        {
            return parent.OpenSubKey(name);
        }
        catch (SecurityException)
        {
            return null;
        }
    }

    [LibraryImport("cfgmgr32.dll", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint CM_Locate_DevNodeW(out uint deviceNode, string deviceId, uint flags);
}
