namespace NetKd.Transport.Com;

/// <summary>Opens the line that a connection string names.</summary>
internal static class SerialStreams
{
    /// <exception cref="LinkOpenException">It cannot be had.</exception>
    internal static SerialStream Open(ComConnectionOptions options) => options.Medium switch
    {
        ComMedium.Tcp => SocketSerialStream.OpenTcp(options.Port, options.TcpPort),
        ComMedium.Pipe when OperatingSystem.IsWindows() => NamedPipeSerialStream.Open(options.Port),
        ComMedium.Pipe => SocketSerialStream.OpenUnix(options.Port),
        _ => new DeviceSerialStream(options.Port, options.BaudRate, options.IsModem),
    };
}
