using System.Buffers.Binary;

namespace NetKd.Protocol.Net;

/// <summary>
/// The target's offer on the control channel, a body of exactly 344 bytes (facts: kdnet-wire, section 2).
/// </summary>
public static class Poke
{
    /// <summary>Bytes of a poke's body.</summary>
    public const int BodySize = 344;

    /// <summary>Bytes that identify one boot of a target: boot time and a per-boot constant.</summary>
    public const int TargetRandomSize = 24;

    /// <summary>Where the identity of the boot begins.</summary>
    public const int TargetRandomOffset = 10;

    private const byte Role = 1;
    private const byte Type = 1;
    private const int NonceOffset = 2;
    private const int TargetAddressOffset = 34;
    private const int ConfiguredHostOffset = 52;
    private const int CurrentHostOffset = 70;

    /// <summary>Writes a poke body of <see cref="BodySize"/> bytes.</summary>
    public static void Write(Span<byte> body, ulong nonce, ReadOnlySpan<byte> targetRandom, in PeerAddress target, in PeerAddress configuredHost, in PeerAddress currentHost)
    {
        body.Slice(0, BodySize).Clear();
        body[0] = Role;
        body[1] = Type;
        BinaryPrimitives.WriteUInt64LittleEndian(body.Slice(NonceOffset), nonce);
        targetRandom.Slice(0, TargetRandomSize).CopyTo(body.Slice(TargetRandomOffset));
        target.Write(body.Slice(TargetAddressOffset));
        configuredHost.Write(body.Slice(ConfiguredHostOffset));
        currentHost.Write(body.Slice(CurrentHostOffset));
    }

    /// <summary>True for a body of the right size and kind.</summary>
    public static bool IsPoke(ReadOnlySpan<byte> body) => body.Length == BodySize && body[0] == Role && body[1] == Type;

    /// <summary>The counter in the nonce: one more in each poke.</summary>
    public static ulong Nonce(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadUInt64LittleEndian(body.Slice(NonceOffset));

    /// <summary>The 24 bytes that stay the same for one boot of the target.</summary>
    public static ReadOnlySpan<byte> TargetRandom(ReadOnlySpan<byte> body) => body.Slice(TargetRandomOffset, TargetRandomSize);

    /// <summary>The target's own address and port, as it sees them; behind address translation not what the host sees.</summary>
    public static PeerAddress TargetAddress(ReadOnlySpan<byte> body) => PeerAddress.Read(body.Slice(TargetAddressOffset));

    /// <summary>The host that the target was set up for.</summary>
    public static PeerAddress ConfiguredHost(ReadOnlySpan<byte> body) => PeerAddress.Read(body.Slice(ConfiguredHostOffset));
}
