namespace NetKd.Capture.Sessions;

/// <summary>What a packet is. On the control channel without the key, the length tells (facts: kdnet-wire, section 2).</summary>
public enum PacketContent
{
    /// <summary>A target's offer.</summary>
    Poke,
    /// <summary>A host's answer, which makes a data key.</summary>
    PokeResponse,
    /// <summary>A host that asks a target to poke it.</summary>
    HostPoke,
    /// <summary>The target's first packet under a new data key.</summary>
    ConnectionCheck,
    /// <summary>The byte that asks a running target to stop.</summary>
    BreakIn,
    /// <summary>A KD packet.</summary>
    Packet,
    /// <summary>Encrypted with a key that is not known.</summary>
    Encrypted,
    /// <summary>Read, but like nothing that is known.</summary>
    Unknown,
}
