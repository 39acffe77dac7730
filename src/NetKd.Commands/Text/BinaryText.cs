using System.Text;

namespace NetKd.Commands.Text;

/// <summary>Lines of <c>dyb</c> and <c>dyd</c>: bits, then the same in hexadecimal (facts: kd-transcript, dyb).</summary>
public static class BinaryText
{
    private const string Indent = "                   ";

    /// <summary>The heading lines for units of 1 or 4 bytes.</summary>
    public static IEnumerable<string> Heading(int size)
    {
        if (size == 1)
        {
            yield return Indent + "76543210 76543210 76543210 76543210";
        }
        else
        {
            yield return Indent + " 3          2          1          0";
            yield return Indent + "10987654 32109876 54321098 76543210";
        }

        yield return Indent + "-------- -------- -------- --------";
    }

    /// <summary>The lines: four units of one byte in each, or one unit of four.</summary>
    public static IEnumerable<string> Lines(MemoryBlock block, int count, int size)
    {
        int total = count * size;
        for (int offset = 0; offset < total; offset += 4)
        {
            yield return $"{AddressText.Format(unchecked(block.Address + (ulong)offset), block.PointerSize)}  {Units(block, offset, Math.Min(4, total - offset), size)}";
        }
    }

    private static string Units(MemoryBlock block, int offset, int length, int size)
    {
        StringBuilder bits = new();
        StringBuilder hexadecimal = new();
        for (int i = 0; i < length; i++)
        {
            // A double word is shown from its most significant byte down, single bytes in the order of their addresses.
            int at = offset + (size == 1 ? i : length - 1 - i);
            bool readable = size == 1 ? block.IsReadable(at, 1) : block.IsReadable(offset, length);
            if (i > 0) bits.Append(' ');
            bits.Append(readable ? Convert.ToString(block.Slice(at, 1)[0], 2).PadLeft(8, '0') : "????????");
            if (size == 1 && i > 0) hexadecimal.Append(' ');
            hexadecimal.Append(readable ? $"{block.Slice(at, 1)[0]:x2}" : "??");
        }

        return $"{bits.ToString().PadRight(35)}  {hexadecimal}";
    }
}
