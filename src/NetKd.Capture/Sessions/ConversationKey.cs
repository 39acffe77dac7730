namespace NetKd.Capture.Sessions;

/// <summary>What tells conversations apart: the host's address and port, and the target's address.</summary>
internal readonly record struct ConversationKey(ulong HostHigh, ulong HostLow, ushort HostPort, ulong TargetHigh, ulong TargetLow)
{
    public static ConversationKey Of(in PeerAddress host, in PeerAddress target) => new(host.High, host.Low, host.Port, target.High, target.Low);
}
