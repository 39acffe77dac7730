namespace NetKd.TargetOs.Boot;

/// <summary>
/// The debugger settings, as <c>bcdedit /dbgsettings net</c> or <c>serial</c> would keep them: lines <c>name=value</c> of \netkd.ini on the
/// boot volume.
/// </summary>
internal struct BootSettings
{
    /// <summary>The debugger's computer, in host order; 0 when the file does not say.</summary>
    public uint HostAddress;

    /// <summary>The debugger's UDP port; 0 when the file does not say.</summary>
    public ushort Port;

    /// <summary>The debugger is on a serial line, not on the network.</summary>
    public bool IsSerial;

    /// <summary>The serial port's number: 1 or 2.</summary>
    public byte DebugPort;

    /// <summary>Bits per second of the serial line.</summary>
    public uint BaudRate;

    /// <summary>The KDNET protocol version to speak: 2, 4 or 5.</summary>
    public byte Protocol;

    /// <summary>Stop in the debugger once, at the end of the boot.</summary>
    public bool InitialBreak;

    public bool HasKey;

    /// <summary>Secret: never logged.</summary>
    public KdNetKey Key;

    /// <summary>Lines that were not understood, empty ones aside.</summary>
    public int UnknownLines;

    /// <summary>True when everything needed to debug is there.</summary>
    public readonly bool Complete => IsSerial || (HostAddress != 0 && Port != 0 && HasKey);

    /// <summary>Reads the whole file. Lines that are not understood are passed over: they may be a later version's.</summary>
    public static BootSettings Parse(ReadOnlySpan<byte> text)
    {
        BootSettings settings = default;
        settings.Protocol = 4;
        settings.DebugPort = 1;
        settings.BaudRate = 115200;
        while (text.Length != 0)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text.Slice(0, end);
            text = end < 0 ? default : text.Slice(end + 1);
            settings.ReadLine(Trim(line));
        }

        return settings;
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
        else if (name.SequenceEqual("debugtype"u8)) IsSerial = value.SequenceEqual("serial"u8);
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

    private void ReadKey(ReadOnlySpan<byte> value)
    {
        if (value.Length > KeyText.MaxLength) return;
        Span<char> text = stackalloc char[KeyText.MaxLength];
        for (int i = 0; i < value.Length; i++) text[i] = (char)value[i];
        HasKey = KeyText.TryParse(text.Slice(0, value.Length), out Key, out _) == KeyTextFault.None;
        text.Clear();
    }

    /// <summary>A decimal number, or 0 when it is none or too large.</summary>
    private static uint ReadNumber(ReadOnlySpan<byte> text, uint maximum)
    {
        uint value = 0;
        if (text.Length is 0 or > 9) return 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] < '0' || text[i] > '9') return 0;
            value = (value * 10) + text[i] - '0';
        }

        return value > maximum ? 0 : value;
    }

    /// <summary>Four decimal numbers joined with dots, or 0.</summary>
    private static uint ReadAddress(ReadOnlySpan<byte> text)
    {
        uint address = 0;
        for (int part = 0; part < 4; part++)
        {
            int dot = text.IndexOf((byte)'.');
            if ((dot < 0) != (part == 3)) return 0;
            ReadOnlySpan<byte> digits = dot < 0 ? text : text.Slice(0, dot);
            uint value = ReadNumber(digits, 255);
            if (value == 0 && !digits.SequenceEqual("0"u8)) return 0;
            address = (address << 8) | value;
            text = dot < 0 ? default : text.Slice(dot + 1);
        }

        return address;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        while (text.Length != 0 && text[0] <= ' ') text = text.Slice(1);
        while (text.Length != 0 && text[text.Length - 1] <= ' ') text = text.Slice(0, text.Length - 1);
        return text;
    }
}
