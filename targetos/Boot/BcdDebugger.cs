namespace NetKd.TargetOs.Boot;

/// <summary>Takes the debugger settings from a BCD store, as Windows' loader does (facts: kernel-debugging-docs, C.1 to C.7).</summary>
internal static class BcdDebugger
{
    /// <summary>The documented port when the store has none.</summary>
    public const ushort DefaultPort = 5364;

    private const int MaxBusText = 15;
    private const uint FirstMulticast = 0xE000_0000;

    /// <summary>Replaces the debugger settings by those of a store file.</summary>
    public static void Read(ReadOnlySpan<byte> file, ref BootSettings settings)
    {
        settings.FromStore = true;
        settings.DropDebugger();
        settings.Fault = HiveReader.Open(file, out HiveReader hive) switch
        {
            HiveFault.NoHive => DebuggerFault.StoreNoHive,
            HiveFault.Checksum => DebuggerFault.StoreChecksum,
            HiveFault.Unfinished => DebuggerFault.StoreUnfinished,
            HiveFault.Damaged => DebuggerFault.StoreDamaged,
            _ => BcdStore.TryOpen(hive, out BcdStore store) ? Read(store, ref settings) : DebuggerFault.NoLoader,
        };
    }

    private static DebuggerFault Read(BcdStore store, ref BootSettings settings)
    {
        if (!store.TryBoolean(BcdElement.Debug, out bool on) || !on) return DebuggerFault.Off;
        if (!store.TryInteger(BcdElement.DebugType, out ulong kind)) return DebuggerFault.Kind;
        settings.Kind = (DebuggerKind)kind;
        if (kind == (ulong)DebuggerKind.Net) return ReadNet(store, ref settings);
        return kind == (ulong)DebuggerKind.Serial ? ReadSerial(store, ref settings) : DebuggerFault.Kind;
    }

    private static DebuggerFault ReadSerial(BcdStore store, ref BootSettings settings)
    {
        ulong port = 1, rate = 115_200;
        if (store.Has(BcdElement.DebugPort) && !store.TryInteger(BcdElement.DebugPort, out port)) return DebuggerFault.SerialPort;
        if (store.Has(BcdElement.BaudRate) && !store.TryInteger(BcdElement.BaudRate, out rate)) return DebuggerFault.SerialPort;
        if (port is not (1 or 2) || rate is not (9600 or 19_200 or 38_400 or 57_600 or 115_200)) return DebuggerFault.SerialPort;
        settings.DebugPort = (byte)port;
        settings.BaudRate = (uint)rate;
        return DebuggerFault.None;
    }

    private static DebuggerFault ReadNet(BcdStore store, ref BootSettings settings)
    {
        DebuggerFault fault = ReadHost(store, ref settings);
        if (fault != DebuggerFault.None) return fault;

        ulong port = DefaultPort;
        if (store.Has(BcdElement.Port) && (!store.TryInteger(BcdElement.Port, out port) || port is 0 or > ushort.MaxValue)) return DebuggerFault.Port;
        settings.Port = (ushort)port;
        if (store.TryBoolean(BcdElement.Dhcp, out bool dhcp)) settings.NoDhcp = !dhcp;

        if (store.Has(BcdElement.BusParameters))
        {
            Span<byte> text = stackalloc byte[MaxBusText];
            if (!store.TryString(BcdElement.BusParameters, text, out int length)
                || !BusParameters.TryParse(((ReadOnlySpan<byte>)text).Slice(0, length), out settings.BusParameters))
            {
                return DebuggerFault.BusParameters;
            }
        }

        return ReadKey(store, ref settings);
    }

    // hostip decides for IPv4 even when hostipv6 is there (facts: kernel-debugging-docs, C.11).
    private static DebuggerFault ReadHost(BcdStore store, ref BootSettings settings)
    {
        if (store.Has(BcdElement.HostIPv4))
        {
            if (!store.TryInteger(BcdElement.HostIPv4, out ulong address) || address is 0 or >= FirstMulticast) return DebuggerFault.HostIPv4;
            settings.HostAddress = (uint)address;
            return DebuggerFault.None;
        }

        if (!store.Has(BcdElement.HostIPv6)) return DebuggerFault.None;
        Span<byte> text = stackalloc byte[IPv6Text.MaxLength];
        if (!store.TryString(BcdElement.HostIPv6, text, out int length)
            || !IPv6Text.TryParse(((ReadOnlySpan<byte>)text).Slice(0, length), out ulong high, out ulong low))
        {
            return DebuggerFault.HostIPv6;
        }

        // Neither unspecified, nor loopback, nor multicast.
        if (high >> 56 == 0xFF || (high == 0 && low <= 1)) return DebuggerFault.HostIPv6;
        settings.HostIPv6High = high;
        settings.HostIPv6Low = low;

        // Its packets fit the least MTU of IPv6 (facts: kdnet-wire, section 2).
        settings.Protocol = 5;
        return DebuggerFault.None;
    }

    private static DebuggerFault ReadKey(BcdStore store, ref BootSettings settings)
    {
        if (!store.Has(BcdElement.Key)) return DebuggerFault.KeyMissing;
        Span<byte> text = stackalloc byte[KeyText.MaxLength];
        if (store.TryString(BcdElement.Key, text, out int length)) settings.ReadKey(((ReadOnlySpan<byte>)text).Slice(0, length));
        text.Clear();
        return settings.HasKey ? DebuggerFault.None : DebuggerFault.Key;
    }
}
