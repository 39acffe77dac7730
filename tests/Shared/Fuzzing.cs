using System.Globalization;

namespace NetKd.Testing;

/// <summary>
/// Inputs for fuzz tests: seeded, so that a failure can be had again. <c>NETKD_FUZZ=N</c> makes each test take N inputs instead of its own number.
/// </summary>
internal static class Fuzzing
{
    /// <summary>How many inputs a test takes.</summary>
    public static int Count(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("NETKD_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : usual;

    /// <summary>A copy that differs in at least one byte or in its length.</summary>
    public static byte[] Mutate(Random random, byte[] original, int maxLength)
    {
        byte[] copy;
        do
        {
            copy = Change(random, original, maxLength);
        }
        while (copy.AsSpan().SequenceEqual(original));
        return copy;
    }

    private static byte[] Change(Random random, byte[] original, int maxLength)
    {
        byte[] copy = [.. original];
        switch (random.Next(6))
        {
            case 0 when copy.Length > 0:
                return copy[..random.Next(copy.Length)];
            case 1:
                byte[] more = new byte[random.Next(1, 64)];
                random.NextBytes(more);
                byte[] longer = [.. copy, .. more];
                return longer.Length > maxLength ? longer[..maxLength] : longer;
            case 2:
                byte[] noise = new byte[random.Next(maxLength)];
                random.NextBytes(noise);
                return noise;
            case 3 when copy.Length > 8:
                random.NextBytes(copy.AsSpan(random.Next(copy.Length - 8), 8));
                return copy;
            default:
                for (int i = random.Next(1, 5); i > 0 && copy.Length > 0; i--) copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
                return copy;
        }
    }
}
