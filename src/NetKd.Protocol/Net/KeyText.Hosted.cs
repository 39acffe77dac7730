using System.Security.Cryptography;

namespace NetKd.Protocol.Net;

/// <summary>Key texts for people: messages, masks and new keys. Hosted only.</summary>
public static class KeyTextFormat
{
    /// <summary>How a key is shown where nobody asked to see it.</summary>
    public const string Mask = "*.*.*.*";

    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>Says what is wrong with a key, without repeating any of it.</summary>
    public static string Describe(KeyTextFault fault, int part) => fault switch
    {
        KeyTextFault.None => "the key is well formed",
        KeyTextFault.TooFewParts => $"the key has {part} part{(part == 1 ? "" : "s")}, but needs four, joined with dots (w.x.y.z)",
        KeyTextFault.TooManyParts => "the key has more than four parts",
        KeyTextFault.EmptyPart => $"part {part} of the key is empty",
        KeyTextFault.NotADigit => $"part {part} of the key has a character that is not 0-9 or a-z",
        KeyTextFault.TooLong => $"part {part} of the key has more than {KeyText.MaxPartDigits} digits",
        KeyTextFault.TooLarge => $"part {part} of the key is above 2^64-1 (3w5e11264sgsf)",
        _ => "the key cannot be read",
    };

    /// <summary>The text of a key. Call it only where the user asked to see the key.</summary>
    public static string Reveal(in KdNetKey key) =>
        $"{Part(key.Part0)}.{Part(key.Part1)}.{Part(key.Part2)}.{Part(key.Part3)}";

    /// <summary>A new key from the system's cryptographic random source.</summary>
    public static KdNetKey Generate()
    {
        Span<byte> bytes = stackalloc byte[KdNetKey.Size];
        RandomNumberGenerator.Fill(bytes);
        KdNetKey key;
        key.Part0 = BitConverter.ToUInt64(bytes);
        key.Part1 = BitConverter.ToUInt64(bytes[8..]);
        key.Part2 = BitConverter.ToUInt64(bytes[16..]);
        key.Part3 = BitConverter.ToUInt64(bytes[24..]);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    private static string Part(ulong value)
    {
        Span<char> text = stackalloc char[KeyText.MaxPartDigits];
        int start = text.Length;
        do
        {
            text[--start] = Digits[(int)(value % 36)];
            value /= 36;
        }
        while (value != 0);
        return new string(text[start..]);
    }
}
