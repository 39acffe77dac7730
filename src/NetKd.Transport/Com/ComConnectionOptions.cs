namespace NetKd.Transport.Com;

/// <summary>What carries the bytes of a serial connection.</summary>
public enum ComMedium
{
    /// <summary>A serial device: COM2, /dev/ttyS1, /dev/ttyUSB0.</summary>
    Device,
    /// <summary>A named pipe on Windows, a Unix-domain socket elsewhere: a virtual machine's serial port.</summary>
    Pipe,
    /// <summary>TCP: an emulated serial port, or one behind a terminal server.</summary>
    Tcp,
}

/// <summary>A <c>com:</c> string that was read (facts: kernel-debugging-docs, A.2), with defaults put in.</summary>
/// <param name="Medium">What carries the bytes.</param>
/// <param name="Port">The device, the pipe's path, or for TCP the machine's name or address.</param>
public sealed record ComConnectionOptions(ComMedium Medium, string Port) : ConnectionOptions
{
    /// <summary>Bits per second when neither the string nor the environment says (facts: kdnet-wire, section 7).</summary>
    public const int DefaultBaudRate = 19200;

    /// <summary>Bits per second of the line. Carries no meaning for pipes and TCP.</summary>
    public int BaudRate { get; init; } = DefaultBaudRate;

    /// <summary>TCP port number.</summary>
    public ushort TcpPort { get; init; }

    /// <summary>The device is a modem: wait for its carrier.</summary>
    public bool IsModem { get; init; }

    /// <summary>
    /// How many RESET packets to send while synchronising; 0 sends them until the target answers. A virtual machine whose pipe keeps
    /// everything that nobody reads wants few.
    /// </summary>
    public int Resets { get; init; }

    /// <summary>Open the pipe or connection again when it fails, and wait for it at the start when it is not there.</summary>
    public bool Reconnects { get; init; }

    /// <inheritdoc/>
    public override string MaskedText
    {
        get
        {
            string text = Medium switch
            {
                ComMedium.Tcp => $"com:ipport={TcpPort},port={Port}",
                ComMedium.Pipe => $"com:pipe,port={Port}",
                _ => $"com:port={Port},baud={BaudRate}",
            };
            if (IsModem) text += ",modem";
            if (Resets != 0) text += $",resets={Resets}";
            return Reconnects ? text + ",reconnect" : text;
        }
    }
}
