namespace NetKd.BootConfig.Kdnet;

/// <summary>What is known of a target's hardware before it is set up.</summary>
/// <param name="Source">Where this comes from, for people: a file, or this machine.</param>
/// <param name="Adapters">The network adapters, those on PCI first, in the order of their addresses.</param>
public sealed record TargetMachine(string Source, IReadOnlyList<NetworkAdapter> Adapters)
{
    /// <summary>Whether this is the machine that the program runs on.</summary>
    public bool IsThisMachine { get; init; }

    /// <summary>Whether devices of QEMU were seen.</summary>
    public bool IsQemu { get; init; }

    /// <summary>Whether the processor says that it runs under Microsoft's hypervisor; null where that is not known.</summary>
    public bool? SeesMicrosoftHypervisor { get; init; }

    /// <summary>A guest of Hyper-V itself. KDNET then uses the hypervisor's debug device and needs no bus parameters (facts: C.11).</summary>
    public bool IsHyperVGuest => SeesMicrosoftHypervisor == true && !IsQemu;

    /// <summary>The adapter that KDNET works best with: on the list, a cable plugged in, built in, and at the lowest address; null when there is none.</summary>
    public NetworkAdapter? Recommend(int? windowsBuild) => Adapters
        .Where(adapter => adapter.IsSupported(windowsBuild))
        .OrderBy(adapter => adapter.IsPluggedIn switch { true => 0, null => 1, false => 2 })
        .ThenBy(adapter => adapter.IsRemovable)
        .ThenBy(adapter => adapter.Address)
        .FirstOrDefault();

    internal static IReadOnlyList<NetworkAdapter> InOrder(IEnumerable<NetworkAdapter> adapters) =>
        [.. adapters.OrderBy(adapter => adapter.Address is null).ThenBy(adapter => adapter.Address).ThenBy(adapter => adapter.Name, StringComparer.Ordinal)];
}
