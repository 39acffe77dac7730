using System.Buffers.Binary;

namespace NetKd.Symbols.Images;

/// <summary>Reads an image's section headers.</summary>
internal static class SectionTable
{
    /// <summary>The specification's limit for images that Windows loads.</summary>
    private const int MaxSections = 96;
    private const int HeaderSize = 40;

    /// <summary>Takes the headers from what was read already, and reads once more for those that lie beyond it.</summary>
    public static PeSection[] Read(IAddressReader reader, ulong imageBase, ReadOnlySpan<byte> headers, int tableOffset, int count)
    {
        count = Math.Min(count, MaxSections);
        ReadOnlySpan<byte> table = tableOffset < headers.Length ? headers[tableOffset..] : [];
        if (table.Length < count * HeaderSize)
        {
            byte[] whole = new byte[count * HeaderSize];
            table = whole.AsSpan(0, reader.Read(imageBase + (uint)tableOffset, whole));
        }

        PeSection[] sections = new PeSection[Math.Min(count, table.Length / HeaderSize)];
        for (int i = 0; i < sections.Length; i++) sections[i] = Header(table.Slice(i * HeaderSize, HeaderSize));
        return sections;
    }

    private static PeSection Header(ReadOnlySpan<byte> header) => new(
        Name(header[..8]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[12..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[20..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[36..]));

    private static string Name(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        Span<char> name = stackalloc char[end < 0 ? bytes.Length : end];
        for (int i = 0; i < name.Length; i++) name[i] = bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '.';
        return new string(name);
    }
}
