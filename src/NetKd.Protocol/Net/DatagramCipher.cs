using System.Security.Cryptography;

namespace NetKd.Protocol.Net;

/// <summary>
/// The cryptography of one KDNET channel: AES-256-CBC without padding and the first half of HMAC-SHA256
/// (facts: kdnet-wire, section 1). .NET's own primitives, kept open so that a datagram costs no allocation and no key set-up.
/// Not thread safe: one owner at a time. The bare-metal target compiles its own class of this name and surface.
/// </summary>
public sealed class DatagramCipher
{
    /// <summary>Bytes of an AES block, of the CBC start vector and of the shortened HMAC.</summary>
    public const int BlockSize = 16;

    // A transform takes arrays only. Every datagram of NT's is one piece; what is larger goes through in several.
    private const int PieceSize = 2048;

    private readonly byte[] _input = new byte[PieceSize];
    private readonly byte[] _output = new byte[PieceSize];

    // A CBC transform goes on where it stopped: its chain value is the last ciphertext block it saw. Giving it the next
    // message's first block XORed with (chain ^ IV) makes it compute what a fresh transform with that IV would,
    // without the set-up that each new transform costs (1.6 us and an allocation, more than the work itself).
    private readonly byte[] _encryptChain = new byte[BlockSize];
    private readonly byte[] _decryptChain = new byte[BlockSize];
    private ICryptoTransform? _encryptor;
    private ICryptoTransform? _decryptor;
    private IncrementalHash? _mac;

    /// <summary>Loads the keys, 32 bytes each, in place of any earlier ones.</summary>
    public void SetKeys(ReadOnlySpan<byte> cipherKey, ReadOnlySpan<byte> macKey)
    {
        Forget();
        using Aes aes = Aes.Create();
        aes.Mode = CipherMode.CBC;
        aes.Padding = PaddingMode.None;
        byte[] key = cipherKey.ToArray();
        byte[] zero = new byte[BlockSize];
        _encryptor = aes.CreateEncryptor(key, zero);
        _decryptor = aes.CreateDecryptor(key, zero);
        CryptographicOperations.ZeroMemory(key);
        _mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, macKey);
        Array.Clear(_encryptChain);
        Array.Clear(_decryptChain);
    }

    /// <summary>Writes the 16-byte MAC of a message.</summary>
    public void ComputeMac(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        Span<byte> full = stackalloc byte[32];
        _mac!.AppendData(message);
        _mac.GetHashAndReset(full);
        full[..BlockSize].CopyTo(mac);
    }

    /// <summary>Compares a MAC in constant time.</summary>
    public bool VerifyMac(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[BlockSize];
        ComputeMac(message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }

    /// <summary>Encrypts whole blocks in place.</summary>
    public void Encrypt(ReadOnlySpan<byte> iv, Span<byte> data)
    {
        for (int done = 0; done < data.Length; done += PieceSize)
        {
            Span<byte> piece = data.Slice(done, Math.Min(PieceSize, data.Length - done));
            piece.CopyTo(_input);
            if (done == 0) XorChain(_input, iv, _encryptChain);
            _encryptor!.TransformBlock(_input, 0, piece.Length, _output, 0);
            _output.AsSpan(0, piece.Length).CopyTo(piece);
        }

        data[^BlockSize..].CopyTo(_encryptChain);
    }

    /// <summary>Decrypts whole blocks into another buffer of at least their length.</summary>
    public void Decrypt(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        for (int done = 0; done < source.Length; done += PieceSize)
        {
            ReadOnlySpan<byte> piece = source.Slice(done, Math.Min(PieceSize, source.Length - done));
            piece.CopyTo(_input);
            _decryptor!.TransformBlock(_input, 0, piece.Length, _output, 0);
            if (done == 0) XorChain(_output, iv, _decryptChain);
            _output.AsSpan(0, piece.Length).CopyTo(destination[done..]);
        }

        source[^BlockSize..].CopyTo(_decryptChain);
    }

    private static void XorChain(byte[] first, ReadOnlySpan<byte> iv, byte[] chain)
    {
        for (int i = 0; i < BlockSize; i++) first[i] ^= (byte)(iv[i] ^ chain[i]);
    }

    /// <summary>SHA-256 of a message, 32 bytes.</summary>
    public static void Sha256(ReadOnlySpan<byte> data, Span<byte> hash) => SHA256.HashData(data, hash);

    /// <summary>Forgets the keys.</summary>
    public void Forget()
    {
        _encryptor?.Dispose();
        _decryptor?.Dispose();
        _mac?.Dispose();
        CryptographicOperations.ZeroMemory(_input);
        CryptographicOperations.ZeroMemory(_output);
    }
}
