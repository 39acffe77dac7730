namespace NetKd.BootConfig.Kdnet;

/// <summary>
/// The PCI place in a Windows device's LocationInformation: numbers after a text in Windows' language, as in
/// <c>@system32\drivers\pci.sys,#65536;PCI bus %1, device %2, function %3;(0,25,0)</c>, or the English text alone.
/// </summary>
internal static class DeviceLocation
{
    /// <summary>Reads three numbers: bus, device, function. A bus above 255 holds the segment in its upper bits.</summary>
    public static bool TryParse(string text, out PciAddress address)
    {
        address = default;
        int open = text.LastIndexOf('(');
        string numbers = open >= 0 && text.EndsWith(')') ? text[(open + 1)..^1] : string.Concat(text.Where(c => char.IsAsciiDigit(c) || c == ','));
        string[] parts = numbers.Split(',');
        if (parts.Length != 3) return false;
        Span<uint> values = stackalloc uint[3];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!uint.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out values[i])) return false;
        }

        return PciAddress.TryCreate(values[0] >> 8, values[0] & 0xFF, values[1], values[2], out address);
    }
}
