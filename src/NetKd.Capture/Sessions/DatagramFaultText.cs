namespace NetKd.Capture.Sessions;

/// <summary>Says what is wrong with a datagram.</summary>
internal static class DatagramFaultText
{
    public static string Describe(DatagramFault fault, byte version) => fault switch
    {
        DatagramFault.Length => "its length is not that of a KDNET datagram",
        DatagramFault.Version => $"KDNET version {version}; known are {DatagramCodec.MinVersion} to {DatagramCodec.MaxVersion}",
        DatagramFault.Channel => "unknown channel bits are set",
        DatagramFault.Authentication => "its HMAC does not match: another key, or damage",
        DatagramFault.Padding => "its pad count does not fit",
        _ => "not KDNET",
    };

    public static string Describe(PacketFault fault) => fault switch
    {
        PacketFault.Short => "the KD packet is shorter than its header says",
        PacketFault.Leader => "no KD packet begins so",
        PacketFault.ByteCount => "the byte count does not fit the KD packet's kind",
        PacketFault.Checksum => "the KD packet's checksum does not match",
        _ => "not a KD packet",
    };
}
