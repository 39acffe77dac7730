namespace NetKd.TargetOs.Boot;

/// <summary>What the console says of a fault.</summary>
internal static class DebuggerFaultText
{
    public static ReadOnlySpan<byte> Of(DebuggerFault fault) => fault switch
    {
        DebuggerFault.Incomplete => "there is no BCD store, and \\netkd.ini does not give hostip, port and key"u8,
        DebuggerFault.StoreTooLarge => "the BCD store is larger than 1 MiB"u8,
        DebuggerFault.StoreNoHive => "the BCD store is no registry hive"u8,
        DebuggerFault.StoreChecksum => "the BCD store's base block has a wrong checksum"u8,
        DebuggerFault.StoreUnfinished => "the BCD store was not closed cleanly; open and save it with bcdedit"u8,
        DebuggerFault.StoreDamaged => "the BCD store is damaged"u8,
        DebuggerFault.NoLoader => "the BCD store has no default loader entry"u8,
        DebuggerFault.Off => "debug is off in the BCD store"u8,
        DebuggerFault.Kind => "debugtype is neither net nor serial"u8,
        DebuggerFault.HostIPv4 => "hostip is not the address of a host"u8,
        DebuggerFault.HostIPv6 => "hostipv6 is not the address of a host"u8,
        DebuggerFault.Port => "port is not a UDP port"u8,
        DebuggerFault.KeyMissing => "there is no key"u8,
        DebuggerFault.Key => "key is not four groups of letters and digits"u8,
        DebuggerFault.BusParameters => "busparams is not bus.device.function"u8,
        DebuggerFault.SerialPort => "debugport is neither 1 nor 2, or baudrate is not a usual one"u8,
        _ => "no fault"u8,
    };
}
