namespace NetKd.TargetOs.Devices;

/// <summary>Looks for devices in the order of their addresses.</summary>
internal static class PciBus
{
    private const uint Buses = 256;
    private const uint DevicesOfBus = 32;
    private const uint FunctionsOfDevice = 8;

    /// <summary>Finds the first network adapter that there is a driver for.</summary>
    public static bool TryFindAdapter(out PciFunction found)
    {
        for (uint bus = 0; bus < Buses; bus++)
        {
            for (uint device = 0; device < DevicesOfBus; device++)
            {
                PciFunction first = new(bus, device, 0);
                if (!first.Exists) continue;
                uint functions = first.IsMultiFunction ? FunctionsOfDevice : 1;
                for (uint function = 0; function < functions; function++)
                {
                    found = new PciFunction(bus, device, function);
                    if (AdapterModels.Drives(found.Identity)) return true;
                }
            }
        }

        found = default;
        return false;
    }
}
