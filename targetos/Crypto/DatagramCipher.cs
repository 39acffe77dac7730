using NetKd.TargetOs.Crypto;

namespace NetKd.Protocol.Net;

/// <summary>
/// The cryptography of one KDNET channel, bare-metal: the surface of the hosted class of this name, over this kernel's own primitives.
/// </summary>
public sealed class DatagramCipher
{
    /// <summary>Bytes of an AES block, of the CBC start vector and of the shortened HMAC.</summary>
    public const int BlockSize = Aes256.BlockSize;

    private readonly Aes256 _aes = new Aes256();
    private readonly HmacSha256 _mac = new HmacSha256();

    /// <summary>Loads the keys, 32 bytes each, in place of any earlier ones.</summary>
    public void SetKeys(ReadOnlySpan<byte> cipherKey, ReadOnlySpan<byte> macKey)
    {
        _aes.SetKey(cipherKey);
        _mac.SetKey(macKey);
    }

    /// <summary>Writes the 16-byte MAC of a message.</summary>
    public void ComputeMac(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        Span<byte> full = stackalloc byte[TargetOs.Crypto.Sha256.HashSize];
        _mac.Compute(message, full);
        full.Slice(0, BlockSize).CopyTo(mac);
    }

    /// <summary>Compares a MAC in constant time.</summary>
    public bool VerifyMac(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[BlockSize];
        ComputeMac(message, expected);
        int difference = mac.Length ^ BlockSize;
        for (int i = 0; i < BlockSize && i < mac.Length; i++) difference |= expected[i] ^ mac[i];
        return difference == 0;
    }

    /// <summary>Encrypts whole blocks in place.</summary>
    public void Encrypt(ReadOnlySpan<byte> iv, Span<byte> data) => _aes.EncryptCbc(iv, data);

    /// <summary>Decrypts whole blocks into another buffer of at least their length.</summary>
    public void Decrypt(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> source, Span<byte> destination) =>
        _aes.DecryptCbc(iv, source, destination);

    /// <summary>SHA-256 of a message, 32 bytes.</summary>
    public static void Sha256(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        // One for all: objects are never freed here, and nothing runs between its first and last use.
        s_hash.Reset();
        s_hash.Append(data);
        s_hash.Finish(hash);
    }

    private static readonly Sha256 s_hash = new Sha256();
}
