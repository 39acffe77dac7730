namespace NetKd.BootConfig.Kdnet;

/// <summary>The ids in a Windows device instance id of a PCI device: <c>PCI\VEN_8086&amp;DEV_153A&amp;SUBSYS_05BE1028&amp;REV_04\...</c> (Microsoft: identifiers for PCI devices).</summary>
/// <param name="Id">Vendor and device.</param>
/// <param name="Subsystem">Vendor and device of the board, when they are there.</param>
internal readonly record struct DeviceInstanceId(PciId Id, PciId? Subsystem)
{
    public static bool TryParse(string text, out DeviceInstanceId result)
    {
        result = default;
        if (!text.StartsWith(@"PCI\", StringComparison.OrdinalIgnoreCase) || !PciId.TryParse(Digits(text, "VEN_", 4), Digits(text, "DEV_", 4), out PciId id)) return false;
        ReadOnlySpan<char> board = Digits(text, "SUBSYS_", 8);
        // The device comes first, then its vendor.
        PciId? subsystem = board.Length == 8 && PciId.TryParse(board[4..], board[..4], out PciId found) ? found : null;
        result = new DeviceInstanceId(id, subsystem);
        return true;
    }

    private static ReadOnlySpan<char> Digits(string text, string name, int count)
    {
        int at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        int start = at + name.Length;
        return at < 0 || text.Length - start < count ? [] : text.AsSpan(start, count);
    }
}
