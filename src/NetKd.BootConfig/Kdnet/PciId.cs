namespace NetKd.BootConfig.Kdnet;

/// <summary>Who made a PCI device, and which one it is.</summary>
/// <param name="Vendor">PCI vendor id.</param>
/// <param name="Device">PCI device id, the vendor's own.</param>
public readonly record struct PciId(ushort Vendor, ushort Device)
{
    /// <summary>The vendor's name where KDNET supports adapters of that vendor, else null (facts: kernel-debugging-docs, C.10).</summary>
    public string? VendorName => Vendor switch
    {
        0x8086 => "Intel",
        0x14E4 => "Broadcom",
        0x15B3 => "Mellanox",
        0x1969 => "Atheros",
        0x10EC => "Realtek",
        0x19A2 => "ServerEngines",
        0x10DF => "Emulex",
        0x1137 => "Cisco",
        0x1414 => "Microsoft",
        0x15AD => "VMware",
        _ => null,
    };

    // The vendors of QEMU's devices: Red Hat's virtio, Red Hat's QEMU bridges, and the display (QEMU, docs/specs/pci-ids).
    internal bool IsQemu => Vendor is 0x1AF4 or 0x1B36 or 0x1234;

    internal bool IsVirtio => Vendor == 0x1AF4;

    /// <summary>Reads two groups of up to four hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> vendor, ReadOnlySpan<char> device, out PciId id)
    {
        bool isValid = TryHex(vendor, out ushort vendorId) & TryHex(device, out ushort deviceId);
        id = isValid ? new PciId(vendorId, deviceId) : default;
        return isValid;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Vendor:X4}:{Device:X4}");

    private static bool TryHex(ReadOnlySpan<char> text, out ushort value)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) text = text[2..];
        return ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
