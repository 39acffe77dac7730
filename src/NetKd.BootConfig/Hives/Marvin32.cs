using System.Numerics;

namespace NetKd.BootConfig.Hives;

/// <summary>The Marvin32 hash with the seed of hive logs ("Windows registry file format specification", New format, note 3).</summary>
internal static class Marvin32
{
    public const ulong LogSeed = 14219357686671994754;

    public static ulong Hash(ReadOnlySpan<byte> data, ulong seed = LogSeed)
    {
        uint low = (uint)seed;
        uint high = (uint)(seed >> 32);
        while (data.Length >= 4)
        {
            Mix(ref low, ref high, BinaryPrimitives.ReadUInt32LittleEndian(data));
            data = data[4..];
        }

        // What is left, closed by a byte 0x80.
        uint last = 0x80;
        for (int i = data.Length - 1; i >= 0; i--) last = last << 8 | data[i];
        Mix(ref low, ref high, last);
        Mix(ref low, ref high, 0);
        return (ulong)high << 32 | low;
    }

    private static void Mix(ref uint low, ref uint high, uint value)
    {
        unchecked
        {
            low += value;
            high ^= low;
            low = BitOperations.RotateLeft(low, 20) + high;
            high = BitOperations.RotateLeft(high, 9) ^ low;
            low = BitOperations.RotateLeft(low, 27) + high;
            high = BitOperations.RotateLeft(high, 19);
        }
    }
}
