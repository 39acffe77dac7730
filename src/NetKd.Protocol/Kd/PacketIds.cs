namespace NetKd.Protocol.Kd;

/// <summary>
/// Packet ids differ between the two dialects: KDNET counts up by two, a serial line toggles one bit (facts: kdnet-wire, section 3).
/// </summary>
public static class PacketIds
{
    /// <summary>The host's first data id on KDNET.</summary>
    public const uint NetHostInitial = 0x80000000;

    /// <summary>The target's first data id on KDNET.</summary>
    public const uint NetTargetInitial = 0;

    /// <summary>The host's first data id on a serial line, before the synchronising bit is taken off.</summary>
    public const uint SerialInitial = 0x80800000;

    /// <summary>Set in the target's first data id on a serial line after a reset.</summary>
    public const uint SerialSyncBit = 0x800;

    /// <summary>The id after an acknowledged data packet on KDNET.</summary>
    public static uint NetNext(uint id) => unchecked(id + 2);

    /// <summary>The id after an acknowledged data packet on a serial line.</summary>
    public static uint SerialNext(uint id) => (id & ~SerialSyncBit) ^ 1;

    /// <summary>The id that acknowledges a data packet on KDNET: bit 0 does not count.</summary>
    public static uint NetAcknowledgement(uint id) => id & ~1u;

    /// <summary>The id that acknowledges a data packet on a serial line.</summary>
    public static uint SerialAcknowledgement(uint id) => id & ~SerialSyncBit;
}
