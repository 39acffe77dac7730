namespace NetKd.TargetOs.Boot;

/// <summary>Why the machine boots without a debugger.</summary>
internal enum DebuggerFault
{
    None,

    /// <summary>\netkd.ini does not say everything, and there is no store.</summary>
    Incomplete,

    /// <summary>The store is larger than what is read of one.</summary>
    StoreTooLarge,

    /// <summary>The store is no hive.</summary>
    StoreNoHive,

    /// <summary>The store's base block does not match its checksum.</summary>
    StoreChecksum,

    /// <summary>The store was not closed cleanly.</summary>
    StoreUnfinished,

    /// <summary>The store is damaged inside.</summary>
    StoreDamaged,

    /// <summary>The store names no loader entry to start.</summary>
    NoLoader,

    /// <summary>The element debug of the loader entry is off.</summary>
    Off,

    /// <summary>debugtype is neither net nor serial.</summary>
    Kind,

    /// <summary>hostip is no address of a host.</summary>
    HostIPv4,

    /// <summary>hostipv6 is no address of a host.</summary>
    HostIPv6,

    /// <summary>port is none.</summary>
    Port,

    /// <summary>There is no key.</summary>
    KeyMissing,

    /// <summary>key is none.</summary>
    Key,

    /// <summary>busparams is no bus.device.function.</summary>
    BusParameters,

    /// <summary>debugport is not one of this kernel's two, or baudrate is none that UARTs share.</summary>
    SerialPort,
}
