namespace NetKd.BootConfig.Kdnet;

/// <summary>One network adapter of a target.</summary>
public sealed record NetworkAdapter
{
    private const int MostNameCharacters = 100;

    /// <summary>What it is to KDNET.</summary>
    public AdapterKind Kind { get; init; }

    /// <summary>Its place on PCI; null for what is not on PCI, or where it is not known.</summary>
    public PciAddress? Address { get; init; }

    /// <summary>Its PCI ids; null for what is not on PCI, or where they are not known.</summary>
    public PciId? Id { get; init; }

    /// <summary>A name for people. Comes from outside: shown without control characters and cut.</summary>
    public string Name
    {
        get;
        init => field = Printable(value);
    } = "";

    /// <summary>The system's name of its network interface, or empty.</summary>
    public string Interface
    {
        get;
        init => field = Printable(value);
    } = "";

    /// <summary>Whether a cable with a partner is plugged in; null where that is not known.</summary>
    public bool? IsPluggedIn { get; init; }

    /// <summary>Whether it can be taken away while the machine runs, as an adapter in a Thunderbolt dock.</summary>
    public bool IsRemovable { get; init; }

    /// <summary>The bridge or virtual switch that it belongs to, or empty.</summary>
    public string Switch
    {
        get;
        init => field = Printable(value);
    } = "";

    /// <summary>Whether KDNET can use it, as far as the lists say.</summary>
    /// <param name="windowsBuild">The target's Windows build; null for the newest.</param>
    public bool IsSupported(int? windowsBuild) => WhyNotSupported(windowsBuild) is null;

    /// <summary>Why KDNET cannot use it, or null when it can.</summary>
    public string? WhyNotSupported(int? windowsBuild) => this switch
    {
        { Kind: AdapterKind.Wireless } => "wireless; KDNET needs a cable",
        { Kind: AdapterKind.Usb } => "on USB; KDNET needs a PCI adapter",
        { Kind: AdapterKind.Virtual } => "virtual",
        { Id: null } => "its PCI vendor and device are not known",
        { Address: null } => "its place on PCI is not known",
        { Address.Segment: > ushort.MaxValue } => "its PCI segment is beyond what bus parameters reach",
        { Id: { } id } => SupportedAdapters.MinimumBuild(id) switch
        {
            null => "not on KDNET's lists",
            { } build when windowsBuild < build => $"needs Windows build {build} or later",
            _ => null,
        },
    };

    private static string Printable(string text) => string.Concat((text.Length <= MostNameCharacters ? text : text[..MostNameCharacters]).Select(c => char.IsControl(c) ? '?' : c));
}
