namespace NetKd.Protocol.Kd;

/// <summary>
/// The largest KD payloads and the memory data that fits one request or reply (facts: kdnet-wire, sections 2 and 5).
/// Constants of the kernels: a larger packet is understood only by who has said so (<see cref="Large"/>).
/// </summary>
public static partial class PayloadLimits
{
    /// <summary>Payload limit of protocol versions 2 to 4.</summary>
    public const int Net = 0x580;

    /// <summary>Payload limit of version 5, which fits the IPv6 minimum MTU.</summary>
    public const int NetVersion5 = 0x480;

    /// <summary>Payload limit on a serial line.</summary>
    public const int Serial = 4000;

    /// <summary>
    /// Payload limit for memory where the target's version block says so and both ends are ours (<see cref="VersionBlock.LargeMemory"/>): what stopping and
    /// waiting costs is paid once in up to 16 KiB.
    /// </summary>
    public const int Large = ManipulateHeader.Size + LargestMemory;

    /// <summary>The most bytes of memory in such a packet.</summary>
    public const int LargestMemory = 16 * 1024;

    /// <summary>Payload limit of a negotiated KDNET version.</summary>
    public static int ForNetVersion(byte version) => version >= 5 ? NetVersion5 : Net;

    /// <summary>Data bytes of a manipulate packet within a payload limit: 0x548, 0x448 or 0xF68.</summary>
    public static int ManipulateData(int payloadLimit) => payloadLimit - ManipulateHeader.Size;
}
