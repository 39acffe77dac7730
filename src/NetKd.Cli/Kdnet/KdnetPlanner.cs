using System.Net;
using System.Net.Sockets;
using NetKd.BootConfig.Kdnet;
using NetKd.Cli.Kd;
using NetKd.Protocol.Net;

namespace NetKd.Cli.Kdnet;

/// <summary>Turns options into a plan; everything that can be wrong with them is found here, before a store is touched.</summary>
internal static class KdnetPlanner
{
    private const string Automatic = "auto";
    private const int LowestPort = 49152;
    private const int HighestPort = 65535;

    public static KdnetPlan Create(KdnetOptions options)
    {
        TargetMachine machine = ReadMachine(options.AdapterFile);
        NetworkAdapter? recommended = machine.Recommend(options.WindowsBuild);
        bool isAutomatic = string.Equals(options.BusParameters, Automatic, StringComparison.OrdinalIgnoreCase);
        PciAddress? wanted = options.BusParameters is null || isAutomatic ? null : ReadBusParameters(options.BusParameters);
        NetworkAdapter? chosen = wanted is { } address ? machine.Adapters.FirstOrDefault(adapter => adapter.Address == address) : isAutomatic ? null : recommended;
        // A guest of Hyper-V has a debug device of its own; one that names a pass-through adapter gets it.
        if (machine.IsHyperVGuest && wanted is null) chosen = null;
        List<Advice> advice = [];
        if (wanted is { } place && chosen is null)
        {
            advice.Add(new("unknown-busparams", $"{machine.Source} shows no network adapter at {place.BusParameters}.", "Compare with the list; it must be the target's own, which --nics FILE gives."));
        }
        else if (!isAutomatic)
        {
            advice.AddRange(KdnetAdvice.AboutHardware(machine, chosen, options.WindowsBuild));
        }

        if (options.Host is null) return Listing(options, new KdnetPlan(machine, chosen, recommended, null, advice));
        KdnetSettings settings = ReadSettings(options) with { BusParameters = wanted?.BusParameters ?? chosen?.Address?.BusParameters };
        // A store file with an adapter of the user's own choice may be any machine's; its host is often this one.
        bool isThisTarget = machine.IsThisMachine && (options.OfflineStore is null || options.BusParameters is null);
        advice.AddRange(KdnetAdvice.AboutHost(settings.Host, isThisTarget ? LocalNetwork.OfThisMachine() : []));
        if (isThisTarget && options.OfflineStore is not null)
            advice.Add(new("adapters-of-this-machine", "The adapter was chosen among those of this machine.", "If the store is another machine's, give that machine's adapters with --nics FILE."));
        bool hasDevice = chosen is not null || wanted is not null || isAutomatic || machine.IsHyperVGuest;
        return new KdnetPlan(machine, chosen, recommended, settings, advice) { Obstacle = hasDevice ? null : advice.Find(one => one.Rule != "qemu-as-hyper-v") };
    }

    private static KdnetPlan Listing(KdnetOptions options, KdnetPlan plan) =>
        options.OfflineStore is null && options.Key is null && !options.NewKey
            ? plan
            : throw new UsageException("kdnet: HOST is missing: the address of the computer that runs the debugger, as in netkd kdnet 192.168.2.1 50000 --offline BCD");

    private static TargetMachine ReadMachine(string? file)
    {
        try
        {
            return file is not null
                ? AdapterListFile.Read(file)
                : Inventory.ReadThisMachine() ?? throw new UsageException("kdnet: this system's network adapters cannot be read; give the target's with --nics FILE");
        }
        catch (AdapterListException e)
        {
            throw new UsageException($"--nics: {e.Message}");
        }
    }

    private static PciAddress ReadBusParameters(string text) => PciAddress.TryParseBusParameters(text, out PciAddress address)
        ? address
        : throw new UsageException("--busparams: bus parameters are decimal: BUS.DEVICE.FUNCTION, such as 0.25.0 (Device Manager, Location), or auto");

    private static KdnetSettings ReadSettings(KdnetOptions options)
    {
        KdnetStages stages = options.Stages == KdnetStages.None ? KdnetStages.Kernel : options.Stages;
        if (options.Key is not null && options.NewKey) throw new UsageException("--key and --newkey exclude each other");
        if (options.Key is not null && options.OfflineStore is null)
            throw new UsageException("--key is for --offline only: bcdedit takes a key on its command line, where other programs can read it; leave --key out and it makes one");
        KdnetSettings settings = new(Resolve(options.Host!), options.Port)
        {
            Stages = stages,
            Key = options.Key is null ? null : ReadKey(options.Key),
            NewKey = options.NewKey,
            NoDhcp = options.NoDhcp,
        };
        int last = Math.Max(settings.Port, settings.HasHypervisorSettings ? settings.HypervisorPort : 0);
        if (settings.Port < LowestPort || last > HighestPort) throw new UsageException($"PORT is {LowestPort} to {HighestPort} ({HighestPort - 1} with -k and -h together); 50000 to 50039 are usual");
        return settings;
    }

    private static string ReadKey(string given)
    {
        KdNetKey key = KeySource.ParseKey(given, "--key");
        return KeyTextFormat.Reveal(key);
    }

    private static IPAddress Resolve(string host)
    {
        try
        {
            // The IPv4 address first: a target needs Windows 10 1809 for IPv6 (facts: kernel-debugging-docs, C.11).
            IPAddress[] all = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : Dns.GetHostAddresses(host);
            IPAddress address = all.OrderBy(one => one.AddressFamily != AddressFamily.InterNetwork).FirstOrDefault() ?? throw new UsageException($"HOST: {host} has no address");
            return KdnetAdvice.WhyNoHost(address) is { } reason ? throw new UsageException($"HOST: {reason}") : address;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new UsageException($"HOST: {host} cannot be resolved ({e.Message}); give the debugger's address");
        }
    }
}
