namespace NetKd.Protocol.Kd;

/// <summary>What this computer carries.</summary>
public static partial class PayloadLimits
{
    /// <summary>
    /// The most bytes of memory in a packet that this computer sends or takes: macOS and FreeBSD send datagrams of 9216 bytes at most unless they are told
    /// otherwise (udp(4), net.inet.udp.maxdgram).
    /// </summary>
    public static int LargestMemoryHere => OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? 8 * 1024 : LargestMemory;
}
