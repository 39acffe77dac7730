using NetKd.Protocol.Net;

namespace NetKd.Protocol.Tests;

/// <summary>The bodies of the handshake, at the offsets that facts kdnet-wire, section 2 gives.</summary>
public sealed class HandshakeBodyTests
{
    private static readonly byte[] s_random = [.. Enumerable.Range(0x40, 24).Select(i => (byte)i)];

    [Fact]
    public void A_poke_has_its_fields_where_the_capture_has_them()
    {
        byte[] body = NewPoke(0x1122334455667788);
        Assert.Equal(344, body.Length);
        Assert.Equal("01018877665544332211", Convert.ToHexStringLower(body.AsSpan(0, 10)));
        Assert.Equal(s_random, body[10..34]);
        Assert.Equal("00000000000000000000ffffc0a80248c7a7", Convert.ToHexStringLower(body.AsSpan(34, 18)));
        Assert.Equal("00000000000000000000ffffc0a80201c7a7", Convert.ToHexStringLower(body.AsSpan(52, 18)));
        Assert.True(Poke.IsPoke(body));
        Assert.Equal(s_random, Poke.TargetRandom(body).ToArray());
        Assert.Equal(0xC0A80248, Poke.TargetAddress(body).IPv4);
        Assert.Equal(51111, Poke.ConfiguredHost(body).Port);
    }

    [Fact]
    public void A_response_answers_one_poke_only()
    {
        byte[] poke = NewPoke(7);
        byte[] response = new byte[PokeResponse.BodySize];
        PokeResponse.Write(response, poke, new byte[32]);
        Assert.Equal(322, response.Length);
        Assert.Equal(poke[2..34], response[2..34]);
        Assert.True(PokeResponse.Answers(response, poke));
        Assert.False(PokeResponse.Answers(response, NewPoke(8)));
        Assert.False(PokeResponse.Answers(response.AsSpan(0, 321), poke));
        response[1] = 1;
        Assert.False(PokeResponse.Answers(response, poke));
    }

    [Fact]
    public void Only_the_exact_size_and_role_is_a_poke()
    {
        byte[] body = NewPoke(1);
        Assert.False(Poke.IsPoke(body.AsSpan(0, 343)));
        Assert.False(Poke.IsPoke([.. body, 0]));
        body[0] = 2;
        Assert.False(Poke.IsPoke(body));
    }

    [Fact]
    public void The_connection_check_carries_the_hosts_ipv4_address()
    {
        byte[] body = new byte[ConnectionCheck.BodySize];
        ConnectionCheck.Write(body, PeerAddress.FromIPv4(0xC0A80201, 51111));
        Assert.Equal("00000000000000000102a8c0", Convert.ToHexStringLower(body));
        Assert.True(ConnectionCheck.IsCheck(body));
        Assert.False(ConnectionCheck.IsCheck(body.AsSpan(0, 7)));
        Assert.False(ConnectionCheck.IsCheck("0000aaaaaaaaaaaa"u8));
    }

    private static byte[] NewPoke(ulong nonce)
    {
        byte[] body = new byte[Poke.BodySize];
        Poke.Write(body, nonce, s_random, PeerAddress.FromIPv4(0xC0A80248, 51111), PeerAddress.FromIPv4(0xC0A80201, 51111), default);
        return body;
    }
}
