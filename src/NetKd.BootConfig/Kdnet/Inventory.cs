namespace NetKd.BootConfig.Kdnet;

/// <summary>The network adapters of the machine that the program runs on.</summary>
public static class Inventory
{
    /// <summary>Reads them from the system: sysfs on Linux, the device tree on Windows.</summary>
    /// <returns>Null on other systems, which need a file (<see cref="AdapterListFile"/>).</returns>
    public static TargetMachine? ReadThisMachine()
    {
        if (OperatingSystem.IsWindows()) return WindowsInventory.Read(MicrosoftHypervisor.IsSeen());
        return OperatingSystem.IsLinux() ? LinuxInventory.Read("/sys", MicrosoftHypervisor.IsSeen()) : null;
    }
}
