namespace NetKd.Capture.Sessions;

/// <summary>Which way a packet goes.</summary>
public enum PacketDirection
{
    /// <summary>Not to be told: encrypted, and no poke in the capture shows who is the host.</summary>
    Unknown,
    /// <summary>From the target to the debugger.</summary>
    ToHost,
    /// <summary>From the debugger to the target.</summary>
    ToTarget,
}
