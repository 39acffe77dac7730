namespace NetKd.BootConfig.Kdnet;

/// <summary>What a network adapter is to KDNET.</summary>
public enum AdapterKind
{
    /// <summary>A wired PCI adapter: the only kind that KDNET can use, if it is on the list.</summary>
    Wired,

    /// <summary>Wi-Fi or mobile radio, on whatever bus. KDNET has no module for these.</summary>
    Wireless,

    /// <summary>On USB, docking stations included.</summary>
    Usb,

    /// <summary>A virtual switch's or another program's own adapter.</summary>
    Virtual,
}
