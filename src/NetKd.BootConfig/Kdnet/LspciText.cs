namespace NetKd.BootConfig.Kdnet;

/// <summary>What <c>lspci -nn</c> or <c>lspci -nn -D</c> prints: <c>0000:00:19.0 Ethernet controller [0200]: NAME [8086:153a] (rev 04)</c>.</summary>
internal static class LspciText
{
    private const string NetworkClass = "02";
    private const string OtherNetworkClass = "0280";

    /// <summary>Whether a text looks like it: it begins with a PCI address and a blank.</summary>
    public static bool Matches(string text) => TryAddress(text, out _);

    public static TargetMachine Read(string text, string source)
    {
        List<NetworkAdapter> adapters = [];
        bool isQemu = false;
        int line = 0;
        foreach (string untrimmed in text.Split('\n'))
        {
            if (++line > AdapterListFile.MaxEntries) throw new AdapterListException($"more than {AdapterListFile.MaxEntries} lines");
            string row = untrimmed.TrimEnd();
            // lspci -v and -k put indented lines below a device.
            if (row.Length == 0 || row[0] is ' ' or '\t') continue;
            if (!TryAddress(row, out PciAddress address)) throw new AdapterListException($"line {line} does not begin with a PCI address; write the list with lspci -nn -D");
            (string @class, string name, PciId id) = Device(row, line);
            isQemu |= id.IsQemu;
            if (!@class.StartsWith(NetworkClass, StringComparison.Ordinal)) continue;
            adapters.Add(new NetworkAdapter { Kind = @class == OtherNetworkClass ? AdapterKind.Wireless : AdapterKind.Wired, Address = address, Id = id, Name = name });
        }

        return new TargetMachine(source, TargetMachine.InOrder(adapters)) { IsQemu = isQemu };
    }

    private static bool TryAddress(string row, out PciAddress address)
    {
        int blank = row.IndexOf(' ');
        return PciAddress.TryParseLinux(row.AsSpan(0, Math.Max(blank, 0)), out address);
    }

    private static (string Class, string Name, PciId Id) Device(string row, int line)
    {
        // The class is the first bracket that a colon follows; the ids are the last bracket of nine characters: names have brackets too.
        int @class = row.IndexOf("]: ", StringComparison.Ordinal);
        int end = row.Length;
        while (@class >= 4 && (end = row.LastIndexOf(']', end - 1)) > @class + 10)
        {
            if (row[end - 10] == '[' && row[end - 5] == ':' && PciId.TryParse(row.AsSpan(end - 9, 4), row.AsSpan(end - 4, 4), out PciId id))
                return (row[(@class - 4)..@class], row[(@class + 3)..(end - 10)].Trim(), id);
        }

        throw new AdapterListException($"line {line} has no class and ids in brackets; write the list with lspci -nn -D");
    }
}
