namespace NetKd.BootConfig.Bcd;

/// <summary>
/// The type of an object (<c>Description\Type</c>): 1 application, 2 inheritable, 3 device in the first digit; image or inheritance in
/// the second; the application in the last five.
/// </summary>
public readonly record struct BcdObjectType(uint Value)
{
    /// <summary>The firmware's boot manager.</summary>
    public static BcdObjectType FirmwareBootManager { get; } = new(0x10100001);

    /// <summary>The Windows boot manager.</summary>
    public static BcdObjectType BootManager { get; } = new(0x10100002);

    /// <summary>A Windows boot loader.</summary>
    public static BcdObjectType OsLoader { get; } = new(0x10200003);

    /// <summary>A resume application.</summary>
    public static BcdObjectType Resume { get; } = new(0x10200004);

    /// <summary>The memory tester.</summary>
    public static BcdObjectType MemoryTester { get; } = new(0x10200005);

    /// <summary>The loader of Windows before Vista.</summary>
    public static BcdObjectType LegacyLoader { get; } = new(0x10300006);

    /// <summary>A boot sector of another system.</summary>
    public static BcdObjectType BootSector { get; } = new(0x10400008);

    /// <summary>A start-up module.</summary>
    public static BcdObjectType Startup { get; } = new(0x10400009);

    /// <summary>An entry of the firmware.</summary>
    public static BcdObjectType FirmwareApplication { get; } = new(0x101FFFFF);

    /// <summary>Settings that any object may inherit.</summary>
    public static BcdObjectType Settings { get; } = new(0x20100000);

    /// <summary>Settings that boot loaders inherit.</summary>
    public static BcdObjectType LoaderSettings { get; } = new(0x20200003);

    /// <summary>Settings that resume applications inherit.</summary>
    public static BcdObjectType ResumeSettings { get; } = new(0x20200004);

    /// <summary>Options of a device.</summary>
    public static BcdObjectType DeviceOptions { get; } = new(0x30000000);

    /// <summary>Whether the object is an application.</summary>
    public bool IsApplication => Value >> 28 == 1;

    /// <summary>Whether other objects inherit from it.</summary>
    public bool IsInheritable => Value >> 28 == 2;

    /// <summary>Whether it belongs to the firmware.</summary>
    public bool IsFirmware => this == FirmwareBootManager || this == FirmwareApplication;

    /// <summary>Which names its elements have.</summary>
    public BcdObjectKind Kind => (Value >> 28, Value & 0xFFFFF) switch
    {
        (3, _) => BcdObjectKind.Device,
        (1 or 2, 1 or 2) => BcdObjectKind.BootManager,
        (1 or 2, 3) => BcdObjectKind.OsLoader,
        (1 or 2, 4) => BcdObjectKind.Resume,
        (1 or 2, 5) => BcdObjectKind.MemoryTester,
        (1 or 2, 6 or 7 or 8) => BcdObjectKind.LegacyLoader,
        _ => BcdObjectKind.Any,
    };
}
