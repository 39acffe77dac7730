namespace NetKd.TargetOs.Crypto;

/// <summary>
/// HMAC-SHA256 (RFC 2104) with keys of at most one block. The hash states behind the two padded keys are kept, so a message costs two
/// blocks less. Compiled bare-metal, and hosted by the tests that compare it with .NET's.
/// </summary>
public sealed class HmacSha256
{
    private readonly Sha256 _inner = new Sha256();
    private readonly Sha256 _outer = new Sha256();
    private readonly Sha256 _work = new Sha256();

    /// <summary>Sets the key, 64 bytes at most.</summary>
    public void SetKey(ReadOnlySpan<byte> key)
    {
        LoadPad(_inner, key, 0x36);
        LoadPad(_outer, key, 0x5C);
    }

    /// <summary>Writes the 32-byte code of a message.</summary>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> code)
    {
        Span<byte> hash = stackalloc byte[Sha256.HashSize];
        _work.ContinueFrom(_inner);
        _work.Append(message);
        _work.Finish(hash);
        _work.ContinueFrom(_outer);
        _work.Append(hash);
        _work.Finish(code);
    }

    private static void LoadPad(Sha256 state, ReadOnlySpan<byte> key, byte pad)
    {
        Span<byte> block = stackalloc byte[Sha256.BlockSize];
        block.Fill(pad);
        for (int i = 0; i < key.Length; i++) block[i] ^= key[i];
        state.Reset();
        state.Append(block);
        block.Clear();
    }
}
