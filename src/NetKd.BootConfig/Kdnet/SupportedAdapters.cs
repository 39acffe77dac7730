namespace NetKd.BootConfig.Kdnet;

/// <summary>The PCI network adapters that KDNET supports, from <c>supported-nics.csv</c>, which names its source.</summary>
/// <remarks>A listed adapter can still fail where the firmware gives it no usable resources (facts: kernel-debugging-docs, C.10).</remarks>
public static class SupportedAdapters
{
    private const string Resource = "supported-nics.csv";

    private static readonly Lazy<Dictionary<PciId, int>> s_table = new(Load);

    /// <summary>How many adapters are known.</summary>
    public static int Count => s_table.Value.Count;

    /// <summary>The first Windows build that supports an adapter as far as the lists say, or null for one that they do not have.</summary>
    public static int? MinimumBuild(PciId id) => s_table.Value.TryGetValue(id, out int build) ? build : null;

    private static Dictionary<PciId, int> Load()
    {
        using Stream stream = typeof(SupportedAdapters).Assembly.GetManifestResourceStream(Resource)!;
        using StreamReader reader = new(stream);
        Dictionary<PciId, int> table = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.StartsWith("vendor", StringComparison.Ordinal)) continue;
            string[] fields = line.Split(',');
            if (!PciId.TryParse(fields[0], fields[1], out PciId id)) throw new InvalidDataException($"{Resource}: {line}");
            table.Add(id, fields[2].Length > 0 ? int.Parse(fields[2], CultureInfo.InvariantCulture) : BuildOf(fields[3]));
        }

        return table;
    }

    // Builds of the releases (Microsoft: Windows release information).
    private static int BuildOf(string release) => release switch
    {
        "10-1703" => 15063,
        "10-1709" => 16299,
        "10-1903" => 18362,
        "10-2004" => 19041,
        "10-20H2" => 19042,
        "11-22H2" => 22621,
        "11-23H2" => 22631,
        _ => throw new InvalidDataException($"{Resource}: release {release}"),
    };
}
