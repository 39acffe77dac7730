namespace NetKd.TargetOs.Boot;

/// <summary>
/// The debugger settings: from the BCD store of the boot volume, or without one from \netkd.ini (lines <c>name=value</c>), which also
/// says what a store cannot.
/// </summary>
internal struct BootSettings
{
    /// <summary>Why there is no debugger.</summary>
    public DebuggerFault Fault;

    /// <summary>The settings are those of a BCD store.</summary>
    public bool FromStore;

    public DebuggerKind Kind;

    /// <summary>The number of the COM port, 1 or 2, for <see cref="DebuggerKind.Serial"/>.</summary>
    public byte DebugPort;

    /// <summary>Bits per second, for <see cref="DebuggerKind.Serial"/>.</summary>
    public uint BaudRate;

    /// <summary>The debugger's computer, in host order; 0 when not given. A store without any host makes the target wait for the debugger.</summary>
    public uint HostAddress;

    /// <summary>The debugger's IPv6 address, both halves in network order; 0 when not given.</summary>
    public ulong HostIPv6High, HostIPv6Low;

    /// <summary>Take an address without asking a DHCP server.</summary>
    public bool NoDhcp;

    /// <summary>Which network adapter to use.</summary>
    public BusParameters BusParameters;

    /// <summary>The debugger's UDP port; 0 when not given.</summary>
    public ushort Port;

    /// <summary>The KDNET protocol version to speak: 2, 4 or 5.</summary>
    public byte Protocol;

    /// <summary>Stop in the debugger once, at the end of the boot.</summary>
    public bool InitialBreak;

    public bool HasKey;

    /// <summary>Secret: never logged.</summary>
    public KdNetKey Key;

    /// <summary>Lines that were not understood, empty ones aside.</summary>
    public int UnknownLines;

    /// <summary>True when everything that \netkd.ini must say to debug is there.</summary>
    public readonly bool Complete => Kind == DebuggerKind.Serial || (HostAddress != 0 && Port != 0 && HasKey);

    /// <summary>The debugger is on a serial line, not on the network.</summary>
    public readonly bool IsSerial => Fault == DebuggerFault.None && Kind == DebuggerKind.Serial;

    /// <summary>The debugger is reached over IPv6.</summary>
    public readonly bool IsIPv6 => (HostIPv6High | HostIPv6Low) != 0;

    /// <summary>Reads the whole file. Lines that are not understood are passed over: they may be a later version's.</summary>
    public static BootSettings Parse(ReadOnlySpan<byte> text)
    {
        BootSettings settings = default;
        settings.Protocol = 4;
        settings.Kind = DebuggerKind.Net;
        settings.DebugPort = 1;
        settings.BaudRate = 115200;
        while (text.Length != 0)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text.Slice(0, end);
            text = end < 0 ? default : text.Slice(end + 1);
            settings.ReadLine(Trim(line));
        }

        if (!settings.Complete) settings.Fault = DebuggerFault.Incomplete;
        return settings;
    }

    /// <summary>Reads the text of a key; <see cref="HasKey"/> tells whether it is one.</summary>
    public void ReadKey(ReadOnlySpan<byte> value)
    {
        if (value.Length > KeyText.MaxLength) return;
        Span<char> text = stackalloc char[KeyText.MaxLength];
        for (int i = 0; i < value.Length; i++) text[i] = (char)value[i];
        HasKey = KeyText.TryParse(text.Slice(0, value.Length), out Key, out _) == KeyTextFault.None;
        text.Clear();
    }

    /// <summary>Forgets which debugger there is; what a store cannot say stays.</summary>
    public void DropDebugger()
    {
        HostAddress = 0;
        Port = 0;
        HasKey = false;
        Key = default;
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        int equals = line.IndexOf((byte)'=');
        if (equals < 0)
        {
            if (line.Length != 0) UnknownLines++;
            return;
        }

        ReadOnlySpan<byte> name = Trim(line.Slice(0, equals));
        ReadOnlySpan<byte> value = Trim(line.Slice(equals + 1));
        if (name.SequenceEqual("hostip"u8)) HostAddress = ReadAddress(value);
        else if (name.SequenceEqual("port"u8)) Port = (ushort)ReadNumber(value, ushort.MaxValue);
        else if (name.SequenceEqual("key"u8)) ReadKey(value);
        else if (name.SequenceEqual("initialbreak"u8)) InitialBreak = ReadNumber(value, 1) == 1;
        else if (name.SequenceEqual("debugtype"u8)) Kind = value.SequenceEqual("serial"u8) ? DebuggerKind.Serial : DebuggerKind.Net;
        else if (name.SequenceEqual("debugport"u8))
        {
            uint number = ReadNumber(value, 2);
            if (number != 0) DebugPort = (byte)number;
        }
        else if (name.SequenceEqual("baudrate"u8))
        {
            uint rate = ReadNumber(value, 115200);
            if (rate is 9600 or 19200 or 38400 or 57600 or 115200) BaudRate = rate;
        }
        else if (name.SequenceEqual("protocol"u8))
        {
            uint protocol = ReadNumber(value, 5);
            if (protocol is 2 or 4 or 5) Protocol = (byte)protocol;
        }
        else
        {
            UnknownLines++;
        }
    }

    /// <summary>A decimal number, or 0 when it is none or too large.</summary>
    private static uint ReadNumber(ReadOnlySpan<byte> text, uint maximum) => DecimalText.TryRead(text, maximum, out uint value) ? value : 0;

    /// <summary>An IPv4 address, or 0.</summary>
    private static uint ReadAddress(ReadOnlySpan<byte> text) => IPv4Text.TryParse(text, out uint address) ? address : 0;

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        while (text.Length != 0 && text[0] <= ' ') text = text.Slice(1);
        while (text.Length != 0 && text[text.Length - 1] <= ' ') text = text.Slice(0, text.Length - 1);
        return text;
    }
}
