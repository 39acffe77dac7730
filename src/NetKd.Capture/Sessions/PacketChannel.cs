namespace NetKd.Capture.Sessions;

/// <summary>What a packet came by.</summary>
public enum PacketChannel
{
    /// <summary>KDNET's control channel.</summary>
    Control,
    /// <summary>KDNET's data channel.</summary>
    Data,
    /// <summary>KD packets in bare datagrams: the mode without a key (facts: kdnet-wire, section 6).</summary>
    Unencrypted,
}
