using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>The checksum of KD packets: the sum of the payload's bytes, 32 bits.</summary>
public static class Checksum
{
    private const ulong EvenBytes = 0x00FF_00FF_00FF_00FF;

    /// <summary>Sums bytes, eight at a time: four 16-bit lanes, emptied before any can overflow.</summary>
    public static uint Of(ReadOnlySpan<byte> data)
    {
        // A lane takes at most 2 * 255 per step, so 128 steps stay below 65536.
        const int StepsPerRun = 128;
        uint sum = 0;
        while (data.Length >= 8)
        {
            int steps = data.Length / 8;
            if (steps > StepsPerRun) steps = StepsPerRun;
            ulong lanes = 0;
            for (int i = 0; i < steps; i++)
            {
                ulong word = BinaryPrimitives.ReadUInt64LittleEndian(data.Slice(i * 8));
                lanes += (word & EvenBytes) + ((word >> 8) & EvenBytes);
            }

            sum += (uint)(lanes & 0xFFFF) + (uint)((lanes >> 16) & 0xFFFF) + (uint)((lanes >> 32) & 0xFFFF) + (uint)(lanes >> 48);
            data = data.Slice(steps * 8);
        }

        for (int i = 0; i < data.Length; i++) sum += data[i];
        return sum;
    }
}
