namespace NetKd.Protocol.Net;

/// <summary>How the keys of both channels follow from the key text and the handshake (facts: kdnet-wire, section 1).</summary>
public static class ChannelKeys
{
    /// <summary>Loads the control channel's keys: the control key itself, and its bitwise complement for the MAC.</summary>
    public static void LoadControl(DatagramCipher cipher, in KdNetKey key)
    {
        Span<byte> control = stackalloc byte[KdNetKey.Size];
        Span<byte> mac = stackalloc byte[KdNetKey.Size];
        key.Write(control);
        Complement(control, mac);
        cipher.SetKeys(control, mac);
        control.Clear();
        mac.Clear();
    }

    /// <summary>
    /// Loads the data channel's keys: SHA-256 over the control key and the whole poke response body; the MAC key stays.
    /// </summary>
    public static void LoadData(DatagramCipher cipher, in KdNetKey key, ReadOnlySpan<byte> pokeResponseBody)
    {
        Span<byte> input = stackalloc byte[KdNetKey.Size + PokeResponse.BodySize];
        Span<byte> data = stackalloc byte[KdNetKey.Size];
        Span<byte> mac = stackalloc byte[KdNetKey.Size];
        key.Write(input);
        pokeResponseBody.Slice(0, PokeResponse.BodySize).CopyTo(input.Slice(KdNetKey.Size));
        DatagramCipher.Sha256(input, data);
        Complement(input.Slice(0, KdNetKey.Size), mac);
        cipher.SetKeys(data, mac);
        input.Clear();
        data.Clear();
        mac.Clear();
    }

    private static void Complement(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        for (int i = 0; i < source.Length; i++) destination[i] = (byte)(source[i] ^ 0xFF);
    }
}
