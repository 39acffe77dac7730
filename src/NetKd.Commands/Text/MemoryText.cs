using System.Buffers.Binary;
using System.Text;

namespace NetKd.Commands.Text;

/// <summary>Lines of memory displays, in kd's layout (facts: kd-transcript, db to dyb). Bytes that could not be read are question marks.</summary>
public static class MemoryText
{
    /// <summary>
    /// The lines for <paramref name="count"/> units at an address. <paramref name="bytes"/> holds what could be read from the start;
    /// a unit that is not all there is unreadable.
    /// </summary>
    public static IEnumerable<string> Lines(ulong address, ReadOnlyMemory<byte> bytes, int count, MemoryUnit unit)
    {
        for (int first = 0; first < count; first += unit.Columns)
        {
            int here = Math.Min(unit.Columns, count - first);
            int offset = first * unit.Size;
            ReadOnlyMemory<byte> row = offset < bytes.Length ? bytes[offset..Math.Min(bytes.Length, offset + here * unit.Size)] : default;
            yield return Line(unchecked(address + (ulong)offset), row.Span, here, unit);
        }
    }

    /// <summary>One line of <paramref name="count"/> units.</summary>
    public static string Line(ulong address, ReadOnlySpan<byte> bytes, int count, MemoryUnit unit)
    {
        StringBuilder line = new(AddressText.Format(address));
        line.Append("  ");
        int width = unit.Size == 8 ? 17 : unit.Size * 2;
        int columns = unit.ShowsText ? Math.Max(count, unit.Columns) : count;
        for (int i = 0; i < columns; i++)
        {
            // A dash marks the middle of a db line, where that line reaches beyond it.
            if (i > 0) line.Append(unit.Size == 1 && i == 8 && i < count ? '-' : ' ');
            int offset = i * unit.Size;
            if (i >= count) line.Append(' ', width);
            else if (offset + unit.Size > bytes.Length) line.Append(Unreadable(unit.Size));
            else line.Append(Value(bytes.Slice(offset, unit.Size)));
        }

        if (!unit.ShowsText) return line.ToString();
        line.Append("  ");
        for (int i = 0; i < count * unit.Size; i++)
        {
            bool readable = i / unit.Size * unit.Size + unit.Size <= bytes.Length;
            line.Append(readable ? Printable(bytes[i]) : '?');
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
