using System.Buffers.Binary;
using System.Text;

namespace NetKd.Commands.Text;

/// <summary>Lines of memory displays, in kd's layout (facts: kd-transcript, db to dc). Bytes that could not be read are question marks.</summary>
public static class MemoryText
{
    /// <summary>The lines for the first <paramref name="count"/> units of a block.</summary>
    public static IEnumerable<string> Lines(MemoryBlock block, int count, MemoryUnit unit)
    {
        for (int first = 0; first < count; first += unit.Columns)
        {
            int offset = first * unit.Size;
            string address = AddressText.Format(unchecked(block.Address + (ulong)offset), block.PointerSize);
            yield return $"{address}  {Units(block, offset, Math.Min(unit.Columns, count - first), unit, "  ")}";
        }
    }

    /// <summary>The units of one line, and their characters after <paramref name="gap"/> where the unit shows text.</summary>
    public static string Units(MemoryBlock block, int offset, int count, MemoryUnit unit, string gap)
    {
        StringBuilder line = new();
        int width = unit.Size == 8 ? 17 : unit.Size * 2;
        int columns = unit.ShowsText ? Math.Max(count, unit.Columns) : count;
        for (int i = 0; i < columns; i++)
        {
            // A dash marks the middle of a db line, where that line reaches beyond it.
            if (i > 0) line.Append(unit.Size == 1 && i == 8 && i < count ? '-' : ' ');
            int at = offset + i * unit.Size;
            if (i >= count) line.Append(' ', width);
            else if (block.IsReadable(at, unit.Size)) line.Append(Value(block.Slice(at, unit.Size)));
            else line.Append(Unreadable(unit.Size));
        }

        if (!unit.ShowsText) return line.ToString();
        line.Append(gap);
        for (int i = 0; i < count * unit.Size; i++)
        {
            bool readable = block.IsReadable(offset + i / unit.Size * unit.Size, unit.Size);
            line.Append(readable ? Printable(block.Slice(offset + i, 1)[0]) : '?');
        }

        return line.ToString();
    }

    /// <summary>A byte as displays show it: itself when printable ASCII, else a dot.</summary>
    public static char Printable(byte value) => value is >= 0x20 and < 0x7f ? (char)value : '.';

    /// <summary>A little-endian value of 1, 2, 4 or 8 bytes in hexadecimal, the last with a back quote.</summary>
    public static string Value(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => $"{bytes[0]:x2}",
        2 => $"{BinaryPrimitives.ReadUInt16LittleEndian(bytes):x4}",
        4 => $"{BinaryPrimitives.ReadUInt32LittleEndian(bytes):x8}",
        _ => AddressText.Format(BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
    };

    /// <summary>Question marks in the width of a value.</summary>
    public static string Unreadable(int size) => size == 8 ? "????????`????????" : new string('?', size * 2);
}
