namespace NetKd.Protocol.Net;

/// <summary>The host's answer to a poke, a body of exactly 322 bytes (facts: kdnet-wire, section 2).</summary>
public static class PokeResponse
{
    /// <summary>Bytes of a response's body.</summary>
    public const int BodySize = 322;

    /// <summary>Bytes of randomness that the host adds, fresh for every response.</summary>
    public const int HostRandomSize = 32;

    private const byte Role = 1;
    private const byte Type = 2;
    private const int EchoOffset = 2;
    private const int EchoSize = 32;
    private const int HostRandomOffset = 34;

    /// <summary>Writes a response body to a poke body.</summary>
    public static void Write(Span<byte> body, ReadOnlySpan<byte> poke, ReadOnlySpan<byte> hostRandom)
    {
        body.Slice(0, BodySize).Clear();
        body[0] = Role;
        body[1] = Type;
        poke.Slice(EchoOffset, EchoSize).CopyTo(body.Slice(EchoOffset));
        hostRandom.Slice(0, HostRandomSize).CopyTo(body.Slice(HostRandomOffset));
    }

    /// <summary>True for a body of the right size and kind, whatever poke it answers.</summary>
    public static bool IsResponse(ReadOnlySpan<byte> body) => body.Length == BodySize && body[0] == Role && body[1] == Type;

    /// <summary>True when a body is a response to this very poke: a replayed answer to an older one is not.</summary>
    public static bool Answers(ReadOnlySpan<byte> body, ReadOnlySpan<byte> poke) =>
        IsResponse(body) && body.Slice(EchoOffset, EchoSize).SequenceEqual(poke.Slice(EchoOffset, EchoSize));

    /// <summary>The protocol version that a host answers a target's version with: 2 for 2 and 3, else the same.</summary>
    public static byte NegotiatedVersion(byte targetVersion) => targetVersion <= 3 ? (byte)2 : targetVersion;
}
