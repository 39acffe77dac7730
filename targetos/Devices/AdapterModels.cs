namespace NetKd.TargetOs.Devices;

/// <summary>The network adapters that this kernel drives; all are on KDNET's own list.</summary>
internal static class AdapterModels
{
    /// <summary>True for a PCI identity that there is a driver for.</summary>
    public static bool Drives(uint identity) => IntelAdapter.Drives(identity) || Vmxnet3Adapter.Drives(identity);

    /// <summary>Starts the adapter; its identity must be one of the driven.</summary>
    public static NetworkAdapter Start(PciFunction function) =>
        Vmxnet3Adapter.Drives(function.Identity) ? new Vmxnet3Adapter(function) : new IntelAdapter(function);
}
