using System.Globalization;

namespace NetKd.Transport.Com;

/// <summary>
/// Reads the options after <c>com:</c> (facts: kernel-debugging-docs, A.2). What they leave out comes from the environment (A.3), and then
/// from the original's defaults: COM1 at 19200 baud.
/// </summary>
public static class ComConnectionString
{
    /// <summary>Names the serial device for strings without <c>port=</c>.</summary>
    public const string PortVariable = "_NT_DEBUG_PORT";

    /// <summary>Gives the baud rate for strings without <c>baud=</c>.</summary>
    public const string BaudRateVariable = "_NT_DEBUG_BAUD_RATE";

    /// <summary>The documented baud rates.</summary>
    public static IReadOnlyList<int> BaudRates { get; } = [9600, 19200, 38400, 57600, 115200];

    /// <summary>Reads the options, which are without blanks around them.</summary>
    /// <exception cref="ConnectionStringException">An option is unknown, malformed, or does not go with the others.</exception>
    internal static ComConnectionOptions Parse(IReadOnlyList<string> options, Func<string, string?> environment)
    {
        string port = "";
        string baud = "";
        bool pipe = false, modem = false, reconnect = false;
        ushort? tcpPort = null;
        int resets = 0;
        foreach (string option in options)
        {
            if (option.Length == 0) continue;
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string name = (equals < 0 ? option : option[..equals]).Trim().ToLowerInvariant();
            string value = equals < 0 ? "" : option[(equals + 1)..].Trim();
            switch (name)
            {
                case "port":
                    port = value;
                    break;
                case "baud":
                    baud = value;
                    break;
                case "pipe" when equals < 0:
                    pipe = true;
                    break;
                case "modem" when equals < 0:
                    modem = true;
                    break;
                case "reconnect" when equals < 0:
                    reconnect = true;
                    break;
                case "ipport":
                    tcpPort = ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number != 0
                        ? number
                        : throw new ConnectionStringException($"ipport=\"{ConnectionString.Shorten(value)}\" is not a TCP port: give a number from 1 to 65535, and the machine as port=");
                    break;
                case "resets":
                    resets = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                        ? count
                        : throw new ConnectionStringException($"resets=\"{ConnectionString.Shorten(value)}\" is not a number: 0 sends reset packets until the target answers");
                    break;
                default:
                    throw new ConnectionStringException($"\"{ConnectionString.Shorten(name)}\" is not an option of com: (port, baud, pipe, ipport, modem, resets, reconnect)");
            }
        }

        if (pipe && tcpPort is not null) throw new ConnectionStringException("pipe and ipport= do not go together: a pipe is reached by its path, ipport by an address");
        ComMedium medium = pipe ? ComMedium.Pipe : tcpPort is not null ? ComMedium.Tcp : ComMedium.Device;
        if (modem && medium != ComMedium.Device) throw new ConnectionStringException("modem is for serial devices: a pipe or TCP has no carrier to watch");
        if (port.Length == 0)
        {
            if (medium == ComMedium.Pipe) throw new ConnectionStringException("pipe needs port=, the path of the pipe, as in com:pipe,port=/tmp/vm.sock,resets=0,reconnect");
            if (medium == ComMedium.Tcp) throw new ConnectionStringException("ipport= needs port=, the machine's name or address, as in com:ipport=5555,port=127.0.0.1");
            port = environment(PortVariable) is { Length: > 0 } set ? set : "com1";
        }

        return new ComConnectionOptions(medium, medium == ComMedium.Device ? DeviceName(port) : port)
        {
            BaudRate = ReadBaudRate(baud.Length > 0 ? baud : environment(BaudRateVariable) ?? ""),
            TcpPort = tcpPort ?? 0,
            IsModem = modem,
            Resets = resets,
            Reconnects = reconnect,
        };
    }

    private static int ReadBaudRate(string text)
    {
        if (text.Length == 0) return ComConnectionOptions.DefaultBaudRate;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rate) && BaudRates.Contains(rate)) return rate;
        throw new ConnectionStringException($"baud=\"{ConnectionString.Shorten(text)}\" is not a baud rate of kernel debugging: {string.Join(", ", BaudRates)}; it must equal the target's");
    }

    /// <summary>The system's name of a device: <c>com2</c>, <c>\\.\COM2</c> and <c>2</c> are the second serial port everywhere.</summary>
    private static string DeviceName(string port)
    {
        string name = port.StartsWith(@"\\.\", StringComparison.Ordinal) ? port[4..] : port;
        string digits = name.StartsWith("com", StringComparison.OrdinalIgnoreCase) ? name[3..] : name;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1) return port;
        if (OperatingSystem.IsWindows()) return $"COM{number}";
        return OperatingSystem.IsMacOS()
            ? throw new ConnectionStringException("macOS does not number its serial ports: give the device, such as port=/dev/cu.usbserial-1410")
            : $"/dev/ttyS{number - 1}";
    }
}
