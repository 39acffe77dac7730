extern alias hosted;

using System.Security.Cryptography;
using NetKd.TargetOs.Crypto;

namespace NetKd.TargetOs.Tests;

/// <summary>The kernel's own primitives against .NET's.</summary>
public sealed class CryptographyTests
{
    private const int Seed = 20;

    // More than the hosted cipher puts through in one piece.
    private const int LongestMessage = 3 * 2048;

    [Fact]
    public void Aes_agrees_with_dotnet_over_keys_vectors_and_lengths()
    {
        Random random = new(Seed);
        Aes256 ours = new();
        using Aes theirs = Aes.Create();
        for (int round = 0; round < 400; round++)
        {
            byte[] key = Bytes(random, Aes256.KeySize), iv = Bytes(random, Aes256.BlockSize);
            byte[] plain = Bytes(random, Aes256.BlockSize * random.Next(0, 97));
            ours.SetKey(key);
            theirs.Key = key;
            byte[] expected = theirs.EncryptCbc(plain, iv, PaddingMode.None);
            byte[] actual = [.. plain];
            ours.EncryptCbc(iv, actual);
            Assert.Equal(expected, actual);
            byte[] back = new byte[plain.Length];
            ours.DecryptCbc(iv, actual, back);
            Assert.Equal(plain, back);
        }
    }

    [Fact]
    public void Aes_gives_the_published_example()
    {
        // FIPS 197, appendix C.3.
        Aes256 aes = new();
        aes.SetKey(Convert.FromHexString("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
        byte[] block = Convert.FromHexString("00112233445566778899aabbccddeeff");
        aes.EncryptCbc(new byte[Aes256.BlockSize], block);
        Assert.Equal("8EA2B7CA516745BFEAFC49904B496089", Convert.ToHexString(block));
    }

    [Fact]
    public void Sha256_agrees_with_dotnet_at_every_length_and_in_any_pieces()
    {
        Random random = new(Seed);
        Sha256 ours = new();
        Span<byte> hash = stackalloc byte[Sha256.HashSize];
        for (int length = 0; length <= 400; length++)
        {
            byte[] message = Bytes(random, length);
            ours.Reset();
            for (int at = 0; at < length;)
            {
                int piece = Math.Min(length - at, random.Next(0, 150));
                ours.Append(message.AsSpan(at, piece));
                at += piece;
            }

            ours.Finish(hash);
            Assert.Equal(SHA256.HashData(message), hash);
        }
    }

    [Fact]
    public void Hmac_agrees_with_dotnet_for_every_key_length_up_to_a_block()
    {
        Random random = new(Seed);
        HmacSha256 ours = new();
        Span<byte> code = stackalloc byte[Sha256.HashSize];
        for (int keyLength = 0; keyLength <= Sha256.BlockSize; keyLength++)
        {
            byte[] key = Bytes(random, keyLength);
            ours.SetKey(key);
            for (int i = 0; i < 12; i++)
            {
                byte[] message = Bytes(random, random.Next(0, 1500));
                ours.Compute(message, code);
                Assert.Equal(HMACSHA256.HashData(key, message), code);
            }
        }
    }

    [Fact]
    public void The_datagram_cipher_is_the_hosted_one_byte_for_byte()
    {
        Random random = new(Seed);
        hosted::NetKd.Protocol.Net.DatagramCipher theirs = new();
        DatagramCipher ours = new();
        for (int round = 0; round < 300; round++)
        {
            if (round % 20 == 0)
            {
                byte[] cipherKey = Bytes(random, 32), macKey = Bytes(random, 32);
                ours.SetKeys(cipherKey, macKey);
                theirs.SetKeys(cipherKey, macKey);
            }

            byte[] iv = Bytes(random, DatagramCipher.BlockSize);
            byte[] mine = Bytes(random, DatagramCipher.BlockSize * random.Next(1, LongestMessage / DatagramCipher.BlockSize));
            byte[] other = [.. mine], plain = [.. mine];
            ours.Encrypt(iv, mine);
            theirs.Encrypt(iv, other);
            Assert.Equal(other, mine);
            byte[] back = new byte[plain.Length];
            ours.Decrypt(iv, mine, back);
            Assert.Equal(plain, back);
            theirs.Decrypt(iv, mine, back);
            Assert.Equal(plain, back);

            byte[] mac = new byte[DatagramCipher.BlockSize], otherMac = new byte[DatagramCipher.BlockSize];
            ours.ComputeMac(plain, mac);
            theirs.ComputeMac(plain, otherMac);
            Assert.Equal(otherMac, mac);
            Assert.True(ours.VerifyMac(plain, mac));
            mac[random.Next(mac.Length)] ^= (byte)(1 << random.Next(8));
            Assert.False(ours.VerifyMac(plain, mac));
            Assert.False(ours.VerifyMac(plain, mac.AsSpan(1)));

            byte[] hash = new byte[32];
            DatagramCipher.Sha256(plain, hash);
            Assert.Equal(SHA256.HashData(plain), hash);
        }
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
