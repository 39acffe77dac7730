namespace NetKd.BootConfig.Kdnet;

/// <summary>
/// One adapter of a CSV or JSON list, by column names in any letter case. PCI: <c>BusParams</c> (decimal b.d.f), or <c>Bus</c>,
/// <c>Device</c>, <c>Function</c> and <c>Segment</c>, also with <c>Number</c> behind them as Windows' Get-NetAdapterHardwareInfo has them.
/// Ids: <c>PnPDeviceID</c>, or <c>VendorId</c> and <c>DeviceId</c> in hexadecimal. Names: <c>InterfaceDescription</c>, <c>Name</c>. State:
/// <c>Status</c> (Up, Disconnected), <c>PhysicalMediaType</c>.
/// </summary>
internal sealed class AdapterFields(IReadOnlyDictionary<string, string> fields, string place)
{
    private DeviceInstanceId? Instance => DeviceInstanceId.TryParse(this["PnPDeviceID"], out DeviceInstanceId id) ? id : null;

    public bool IsQemu => Instance is { } instance && (instance.Id.IsQemu || instance.Subsystem?.IsQemu == true);

    private string this[string name] => fields.TryGetValue(name, out string? value) ? value : "";

    public NetworkAdapter ToAdapter()
    {
        string description = this["InterfaceDescription"];
        if (description.Length == 0) description = this["Name"];
        PciId? id = ReadId();
        PciAddress? address = ReadAddress();
        if (description.Length == 0 && id is null && address is null)
            throw new AdapterListException($"{place} has no BusParams, no PnPDeviceID and no name; see docs/kdnet.md for the columns");
        return new NetworkAdapter
        {
            Kind = KindOf(description),
            Id = id,
            Address = address,
            Name = description.Length > 0 ? description : $"Adapter {id}",
            Interface = this["Name"],
            IsPluggedIn = this["Status"].ToUpperInvariant() switch { "UP" => true, "DISCONNECTED" => false, _ => null },
        };
    }

    private AdapterKind KindOf(string description)
    {
        string instance = this["PnPDeviceID"];
        string medium = this["PhysicalMediaType"];
        // "Native 802.11" and "Wireless WAN" are texts of Get-NetAdapter.
        if (medium.Contains("802.11", StringComparison.Ordinal) || medium.Contains("Wireless", StringComparison.OrdinalIgnoreCase)) return AdapterKind.Wireless;
        if (instance.StartsWith(@"USB\", StringComparison.OrdinalIgnoreCase)) return AdapterKind.Usb;
        bool isSoftware = instance.StartsWith(@"ROOT\", StringComparison.OrdinalIgnoreCase) || instance.StartsWith(@"VMBUS\", StringComparison.OrdinalIgnoreCase);
        return isSoftware || description.StartsWith("Hyper-V Virtual", StringComparison.OrdinalIgnoreCase) ? AdapterKind.Virtual : AdapterKind.Wired;
    }

    private PciId? ReadId()
    {
        if (Instance is { } instance) return instance.Id;
        if (this["VendorId"].Length == 0 && this["DeviceId"].Length == 0) return null;
        return PciId.TryParse(this["VendorId"], this["DeviceId"], out PciId id) ? id : throw new AdapterListException($"{place}: VendorId and DeviceId are up to four hexadecimal digits each");
    }

    private PciAddress? ReadAddress()
    {
        if (this["BusParams"] is { Length: > 0 } text)
        {
            return PciAddress.TryParseBusParameters(text, out PciAddress given) || PciAddress.TryParseLinux(text, out given)
                ? given
                : throw new AdapterListException($"{place}: BusParams is decimal BUS.DEVICE.FUNCTION, such as 0.25.0");
        }

        (string bus, string device, string function, string segment) = (Number("Bus"), Number("Device"), Number("Function"), Number("Segment"));
        if (bus.Length == 0) return null;
        if (Decimal(bus, out uint b) && Decimal(device, out uint d) && Decimal(function, out uint f) && Decimal(segment.Length > 0 ? segment : "0", out uint s)
            && PciAddress.TryCreate(s, b, d, f, out PciAddress address)) return address;
        throw new AdapterListException($"{place}: Bus is 0 to 255, Device 0 to 31, Function 0 to 7, all decimal");
    }

    private string Number(string name) => this[name + "Number"] is { Length: > 0 } value ? value : this[name];

    private static bool Decimal(string text, out uint value) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
