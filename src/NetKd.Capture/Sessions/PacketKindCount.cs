namespace NetKd.Capture.Sessions;

/// <summary>How often a kind of packet occurs.</summary>
/// <param name="Name">The kind.</param>
/// <param name="ToHost">Packets to the host.</param>
/// <param name="ToTarget">Packets to the target.</param>
/// <param name="Unknown">Packets whose direction is not to be told.</param>
public readonly record struct PacketKindCount(string Name, long ToHost, long ToTarget, long Unknown);
