using System.Buffers.Binary;
using System.Text;

namespace NetKd.Commands.Memory;

/// <summary>The values of e, f and s commands: numbers of the command's size, or quoted characters.</summary>
internal static class ValueList
{
    /// <summary>Reads values up to the end, as the bytes they stand for.</summary>
    public static byte[] Read(ArgumentReader reader, MasmEvaluator evaluator, int size)
    {
        List<byte> bytes = [];
        while (!reader.AtEnd)
        {
            if (reader.Current == '"')
            {
                foreach (char c in reader.ReadQuoted()) Add(bytes, c, size);
                continue;
            }

            ulong value = evaluator.Evaluate(reader);
            // A value too wide for its place is a typing error more often than not; negative numbers are meant.
            bool fits = size == 8 || value >> (size * 8) == 0 || unchecked((long)value) is < 0 and var negative && negative >= -(1L << (size * 8 - 1));
            if (!fits) throw reader.Error("Overflow error");
            Add(bytes, value, size);
        }

        return [.. bytes];
    }

    private static void Add(List<byte> bytes, ulong value, int size)
    {
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, value);
        foreach (byte b in buffer[..size]) bytes.Add(b);
    }
}
