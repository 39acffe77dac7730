using NetKd.TargetOs.Devices;

namespace NetKd.TargetOs.Debugger;

/// <summary>Text on the serial console: literal ASCII and numbers, composed call by call.</summary>
internal static class Log
{
    private static bool s_onSecondPort;

    private static ushort Console => s_onSecondPort ? SerialPort.Second : SerialPort.First;

    /// <summary>Opens the console on COM1.</summary>
    public static void Open() => SerialPort.Initialize(SerialPort.First, SerialPort.FastestRate);

    /// <summary>Moves to COM2: COM1 is the debugger's from now on.</summary>
    public static void MoveToSecondPort()
    {
        s_onSecondPort = true;
        SerialPort.Initialize(SerialPort.Second, SerialPort.FastestRate);
    }

    /// <summary>Writes text; a line feed becomes carriage return and line feed.</summary>
    public static void Write(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n') SerialPort.Write(Console, (byte)'\r');
            SerialPort.Write(Console, text[i]);
        }
    }

    /// <summary>Begins a line of the log, as every line of it does.</summary>
    public static void Begin(ReadOnlySpan<byte> text)
    {
        Write("targetos: "u8);
        Write(text);
    }

    public static void Line(ReadOnlySpan<byte> text)
    {
        Begin(text);
        End();
    }

    public static void End() => Write("\n"u8);

    /// <summary>Sixteen-digit hexadecimal in the debuggers' form, fffff800`00400000.</summary>
    public static void Address(ulong value)
    {
        Hex(value >> 32, 8);
        Write("`"u8);
        Hex(value & 0xFFFFFFFF, 8);
    }

    public static void Hex(ulong value, int digits)
    {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        {
            int digit = (int)(value >> shift) & 15;
            SerialPort.Write(Console, (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    public static void Decimal(ulong value)
    {
        MessageText text = new(stackalloc byte[MessageText.LongestDecimal]);
        text.AppendDecimal(value);
        Write(text.Written);
    }

    /// <summary>An IPv4 address given as a number in host order.</summary>
    public static void IPv4(uint address)
    {
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            Decimal((address >> shift) & 0xFF);
            if (shift != 0) Write("."u8);
        }
    }

    /// <summary>An IPv6 address given as two halves in network order; all eight groups are written.</summary>
    public static void IPv6(ulong high, ulong low)
    {
        for (int i = 0; i < 8; i++)
        {
            if (i != 0) Write(":"u8);
            ulong group = ((i < 4 ? high : low) >> (48 - (16 * (i & 3)))) & 0xFFFF;
            Hex(group, group > 0xFFF ? 4 : group > 0xFF ? 3 : group > 0xF ? 2 : 1);
        }
    }

    /// <summary>A hardware address of six bytes.</summary>
    public static void Hardware(ReadOnlySpan<byte> address)
    {
        for (int i = 0; i < address.Length; i++)
        {
            if (i != 0) Write(":"u8);
            Hex(address[i], 2);
        }
    }
}
