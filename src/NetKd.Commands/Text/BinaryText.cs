using System.Text;

namespace NetKd.Commands.Text;

/// <summary>Lines of <c>dyb</c> and <c>dyd</c>: bits, then the same in hexadecimal (facts: kd-transcript, dyb).</summary>
public static class BinaryText
{
    private const string Indent = "                   ";

    /// <summary>The two heading lines for units of 1 or 4 bytes.</summary>
    public static IEnumerable<string> Heading(int size)
    {
        if (size == 1)
        {
            yield return Indent + "76543210 76543210 76543210 76543210";
            yield return Indent + "-------- -------- -------- --------";
        }
        else
        {
            yield return Indent + " 3          2          1          0";
            yield return Indent + "10987654 32109876 54321098 76543210";
            yield return Indent + "-------- -------- -------- --------";
        }
    }

    /// <summary>One line of up to four bytes: four units of one byte, or one of four.</summary>
    public static string Line(ulong address, ReadOnlySpan<byte> bytes, int count, int size)
    {
        StringBuilder bits = new();
        StringBuilder hexadecimal = new();
        int total = count * size;
        for (int i = 0; i < total; i++)
        {
            // A double word is shown from its most significant byte down, single bytes in the order of their addresses.
            int index = size == 1 ? i : size - 1 - i;
            bool readable = size == 1 ? index < bytes.Length : bytes.Length == size;
            if (i > 0) bits.Append(' ');
            bits.Append(readable ? Convert.ToString(bytes[index], 2).PadLeft(8, '0') : "????????");
            if (size == 1 && i > 0) hexadecimal.Append(' ');
            hexadecimal.Append(readable ? $"{bytes[index]:x2}" : "??");
        }

        return $"{AddressText.Format(address)}  {bits.ToString().PadRight(35)}  {hexadecimal}";
    }
}
