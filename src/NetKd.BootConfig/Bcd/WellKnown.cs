namespace NetKd.BootConfig.Bcd;

/// <summary>Types of the elements that commands name themselves.</summary>
public static class WellKnown
{
#pragma warning disable CS1591 // The names are those of the elements.
    public const uint Device = 0x11000001;
    public const uint Path = 0x12000002;
    public const uint Description = 0x12000004;
    public const uint Locale = 0x12000005;
    public const uint Inherit = 0x14000006;
    public const uint BootDebug = 0x16000010;
    public const uint DebugType = 0x15000011;
    public const uint DebugPort = 0x15000013;
    public const uint BaudRate = 0x15000014;
    public const uint Channel = 0x15000015;
    public const uint TargetName = 0x12000016;
    public const uint NoUserModeExceptions = 0x16000017;
    public const uint DebugStart = 0x15000018;
    public const uint BusParameters = 0x12000019;
    public const uint HostIP = 0x1500001A;
    public const uint Port = 0x1500001B;
    public const uint Dhcp = 0x1600001C;
    public const uint Key = 0x1200001D;
    public const uint HostIPv6 = 0x1200001F;
    public const uint BootEms = 0x16000020;
    public const uint EmsPort = 0x15000022;
    public const uint EmsBaudRate = 0x15000023;
    public const uint DisplayOrder = 0x24000001;
    public const uint BootSequence = 0x24000002;
    public const uint Default = 0x23000003;
    public const uint Timeout = 0x25000004;
    public const uint ResumeObject = 0x23000003;
    public const uint ToolsDisplayOrder = 0x24000010;
    public const uint OsDevice = 0x21000001;
    public const uint SystemRoot = 0x22000002;
    public const uint NoExecute = 0x25000020;
    public const uint BootMenuPolicy = 0x250000C2;
    public const uint Debug = 0x260000A0;
    public const uint Ems = 0x260000B0;
    public const uint Event = 0x26000141;
    public const uint HypervisorDebugType = 0x250000F3;
    public const uint HypervisorDebugPort = 0x250000F4;
    public const uint HypervisorBaudRate = 0x250000F5;
    public const uint HypervisorChannel = 0x250000F6;
    public const uint HypervisorBusParameters = 0x220000F9;
    public const uint HypervisorHostIP = 0x250000FD;
    public const uint HypervisorHostPort = 0x250000FE;
    public const uint HypervisorKey = 0x22000110;
    public const uint HypervisorDhcp = 0x26000114;
    public const uint HypervisorHostIPv6 = 0x22000161;
#pragma warning restore CS1591
}
