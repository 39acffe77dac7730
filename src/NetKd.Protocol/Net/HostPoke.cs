namespace NetKd.Protocol.Net;

/// <summary>
/// The debugger's request to be poked: an empty body on the control channel, in version 2 and with sequence 0 whatever the target speaks
/// (facts: kdnet-wire, section 6).
/// </summary>
public static class HostPoke
{
    /// <summary>Bytes of the datagram.</summary>
    public const int DatagramSize = DatagramCodec.MinSize;

    /// <summary>Milliseconds between two of them, as measured.</summary>
    public const int IntervalMilliseconds = 480;

    /// <summary>Writes the datagram with the control key's cipher. Returns its size.</summary>
    public static int Seal(DatagramCipher control, Span<byte> datagram) =>
        DatagramCodec.Seal(control, datagram, 0, DatagramCodec.MinVersion, control: true, fromHost: true, 0);
}
