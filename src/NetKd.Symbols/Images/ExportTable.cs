using System.Buffers.Binary;
using System.Text;

namespace NetKd.Symbols.Images;

/// <summary>The names that an image exports, by address (PE/COFF specification, section 6.3).</summary>
public sealed class ExportTable
{
    private const int MaxBytes = 4 << 20;
    private const int MaxNames = 100_000;
    private const int MaxNameLength = 512;
    private const int DirectorySize = 40;

    private readonly (uint Offset, string Name)[] _byOffset;
    private readonly Dictionary<string, uint> _byName;

    private ExportTable(List<(uint Offset, string Name)> names)
    {
        _byOffset = [.. names.OrderBy(n => n.Offset)];
        _byName = new Dictionary<string, uint>(names.Count, StringComparer.OrdinalIgnoreCase);
        foreach ((uint offset, string name) in names) _byName.TryAdd(name, offset);
    }

    /// <summary>All names in the order of their addresses.</summary>
    public IReadOnlyList<(uint Offset, string Name)> Names => _byOffset;

    /// <summary>Reads an image's exports; without names when it has none or they cannot be read.</summary>
    public static ExportTable Read(PeImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] bytes = image.ReadDirectory(PeDirectory.Export, MaxBytes);
        uint start = image.DirectoryAddress(PeDirectory.Export);
        List<(uint, string)> names = [];
        if (bytes.Length >= DirectorySize)
        {
            int functionCount = Count(bytes, 20);
            int nameCount = Count(bytes, 24);
            ReadOnlySpan<byte> functions = Table(bytes, start, 28, functionCount * 4);
            ReadOnlySpan<byte> namePointers = Table(bytes, start, 32, nameCount * 4);
            ReadOnlySpan<byte> ordinals = Table(bytes, start, 36, nameCount * 2);
            for (int i = 0; i * 4 < namePointers.Length && i * 2 < ordinals.Length; i++)
            {
                int ordinal = BinaryPrimitives.ReadUInt16LittleEndian(ordinals[(i * 2)..]);
                if (ordinal * 4 + 4 > functions.Length) continue;
                uint function = BinaryPrimitives.ReadUInt32LittleEndian(functions[(ordinal * 4)..]);
                // An address within the directory is a forwarder: the text names another module's export.
                if (function >= start && function < start + (uint)bytes.Length) continue;
                string name = Text(bytes, start, BinaryPrimitives.ReadUInt32LittleEndian(namePointers[(i * 4)..]));
                if (name.Length > 0 && function < image.Size) names.Add((function, name));
            }
        }

        return new ExportTable(names);
    }

    /// <summary>The offset of a name, letter case not counting.</summary>
    public bool TryGet(string name, out uint offset) => _byName.TryGetValue(name, out offset);

    /// <summary>Index of the last name at or before an offset, or -1.</summary>
    public int FindAtOrBefore(uint offset)
    {
        int low = 0, high = _byOffset.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (_byOffset[middle].Offset <= offset) low = middle + 1;
            else high = middle - 1;
        }

        // Several names of one address: the first, as they are listed.
        while (high > 0 && _byOffset[high - 1].Offset == _byOffset[high].Offset) high--;
        return high;
    }

    private static int Count(ReadOnlySpan<byte> bytes, int offset) => (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]), MaxNames);

    private static ReadOnlySpan<byte> Table(ReadOnlySpan<byte> bytes, uint start, int pointerOffset, int length)
    {
        uint address = BinaryPrimitives.ReadUInt32LittleEndian(bytes[pointerOffset..]);
        if (address < start || address - start > (uint)bytes.Length) return [];
        ReadOnlySpan<byte> table = bytes[(int)(address - start)..];
        return length < table.Length ? table[..length] : table;
    }

    private static string Text(ReadOnlySpan<byte> bytes, uint start, uint address)
    {
        if (address < start || address - start >= (uint)bytes.Length) return "";
        ReadOnlySpan<byte> text = bytes[(int)(address - start)..];
        int end = text.IndexOf((byte)0);
        if (end < 0 || end > MaxNameLength) return "";
        // Names reach terminals: one with a control character in it is an attack, or no name.
        if (text[..end].ContainsAnyExceptInRange((byte)' ', (byte)'~')) return "";
        return Encoding.ASCII.GetString(text[..end]);
    }
}
