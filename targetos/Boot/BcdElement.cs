namespace NetKd.TargetOs.Boot;

/// <summary>Elements of a boot configuration that this kernel follows (facts: kernel-debugging-docs, C.5 and C.6).</summary>
internal static class BcdElement
{
    public const uint Inherit = 0x14000006;
    public const uint DefaultObject = 0x23000003;
    public const uint DisplayOrder = 0x24000001;

    /// <summary>Kernel debugging on, of a loader.</summary>
    public const uint Debug = 0x260000A0;

    public const uint DebugType = 0x15000011;
    public const uint DebugPort = 0x15000013;
    public const uint BaudRate = 0x15000014;
    public const uint BusParameters = 0x12000019;
    public const uint HostIPv4 = 0x1500001A;
    public const uint Port = 0x1500001B;
    public const uint Dhcp = 0x1600001C;
    public const uint Key = 0x1200001D;
    public const uint HostIPv6 = 0x1200001F;

    /// <summary>The element by which one loader entry overrides a debugger setting.</summary>
    public static uint OverrideOf(uint element) => element switch
    {
        DebugType => 0x2500012C,
        BusParameters => 0x2200012D,
        DebugPort => 0x2500012F,
        HostIPv4 => 0x25000133,
        Port => 0x25000134,
        Dhcp => 0x26000135,
        Key => 0x22000136,
        BaudRate => 0x25000139,
        HostIPv6 => 0x22000156,
        _ => element,
    };
}
