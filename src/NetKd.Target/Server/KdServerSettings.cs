namespace NetKd.Target.Server;

/// <summary>How a target reaches its debugger.</summary>
public struct KdServerSettings
{
    /// <summary>The shared secret.</summary>
    public KdNetKey Key;

    /// <summary>Talk without encryption (facts: kdnet-wire, section 6), for trying a debugger's consent to it; the key does not count.</summary>
    public bool IsUnencrypted;

    /// <summary>KDNET protocol version to offer, 2 to 5.</summary>
    public byte ProtocolVersion;

    /// <summary>
    /// The host to poke. With port 0 the target pokes nobody and waits for a host's own poke (the documented state of a deleted hostip).
    /// </summary>
    public PeerAddress Host;

    /// <summary>24 bytes that identify this boot: eight u16 of boot time, then a constant unlike that of any other boot.</summary>
    public byte[] TargetRandom;

    /// <summary>Start of the counter in the pokes' nonce.</summary>
    public ulong FirstNonce;

    /// <summary>Bytes of memory in the packets that are offered to debuggers that know them (<see cref="VersionBlock.LargeMemory"/>); 0 to offer none, as Windows.</summary>
    public int LargeMemory;

    /// <summary>
    /// How long a halted machine waits for a debugger to connect, in microseconds: 0 resumes at once when nobody is there,
    /// -1 waits for ever.
    /// </summary>
    public long HaltWaitMicroseconds;
}
