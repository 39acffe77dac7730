using System.Buffers.Binary;
using NetKd.Symbols;

namespace NetKd.Linux.Kallsyms;

/// <summary>
/// A kernel's compressed names in its memory: their number; for each a length and that many token numbers; and for each 256th where it begins
/// (kernel source: the output of scripts/kallsyms). None of it says where it is, but it stands before the token table, and the parts agree with each
/// other in a way that nothing else does.
/// </summary>
internal sealed class CompressedNames
{
    private const int NamesAMarker = 256;
    private const int MinMarkers = 16;
    private const int MaxNames = 8 << 20;

    // A run of 256 names: each at least a length and a token, at most what a length of two bytes says.
    private const uint MinRun = 2 * NamesAMarker;
    private const uint MaxRun = 130 * NamesAMarker;

    // Names, markers, and what newer kernels keep between those and the token table: three bytes a name.
    private const int UsualSize = 2 << 20;
    private const int MaxSize = 32 << 20;
    private const int Alignment = 8;

    // Places and names looked at: a kernel takes a thousandth of it, a memory that is made to be slow a second.
    private const long MaxWork = 1L << 28;

    private readonly byte[] _bytes;

    private CompressedNames(ulong start, int count, byte[] bytes)
    {
        Start = start;
        Count = count;
        _bytes = bytes;
    }

    /// <summary>Address of their number.</summary>
    public ulong Start { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Looks before a token table; null when nothing there fits.</summary>
    public static CompressedNames? Find(IAddressReader memory, ulong tokenTable, ulong lowest)
    {
        // A usual kernel's names are a megabyte; the much larger ones pay with a second look.
        foreach (int size in (int[])[UsualSize, MaxSize])
        {
            byte[] before = ReadBackwards(memory, tokenTable, (int)Math.Min((ulong)size, tokenTable - lowest));
            if (Find(before, tokenTable) is { } names) return names;
        }

        return null;
    }

    private static CompressedNames? Find(ReadOnlySpan<byte> bytes, ulong tokenTable)
    {
        long work = MaxWork;
        for (int first = Aligned(bytes.Length - 8, Alignment); first > 0 && work > 0; first -= Alignment)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[first..]) != 0) continue;
            int markers = CountMarkers(bytes[first..]);
            if (markers < MinMarkers) continue;
            if (TryRead(bytes, first, markers, tokenTable - (ulong)bytes.Length, ref work) is { } names) return names;
        }

        return null;
    }

    /// <summary>Takes the names apart in their order: a letter for the type, then the name. False when they do not end where they should.</summary>
    public bool Expand(TokenTable tokens, Action<int, byte[], int> take)
    {
        byte[] name = new byte[4096];
        int at = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!TryReadLength(_bytes, ref at, out int length) || at + length > _bytes.Length) return false;
            int end = 0;
            foreach (byte token in _bytes.AsSpan(at, length))
            {
                ReadOnlySpan<byte> text = tokens[token];
                if (end + text.Length > name.Length) return false;
                text.CopyTo(name.AsSpan(end));
                end += text.Length;
            }

            at += length;
            take(i, name, end);
        }

        return true;
    }

    private static int CountMarkers(ReadOnlySpan<byte> bytes)
    {
        int count = 1;
        uint last = 0;
        for (; 4 * count + 4 <= bytes.Length && count < MaxNames / NamesAMarker; count++)
        {
            uint marker = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * count)..]);
            if (marker < last + MinRun || marker > last + MaxRun) break;
            last = marker;
        }

        return count;
    }

    // What follows the markers may look like one more: the names themselves say how many there are.
    private static CompressedNames? TryRead(ReadOnlySpan<byte> bytes, int firstMarker, int markers, ulong address, ref long work)
    {
        for (; markers >= MinMarkers && work > 0; markers--)
        {
            int last = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[(firstMarker + 4 * (markers - 1))..]);
            int highest = Aligned(firstMarker - last - 2, Alignment);
            for (int start = highest; start >= Alignment && start >= highest - (int)MaxRun && work > 0; start -= Alignment)
            {
                work--;
                int count = BinaryPrimitives.ReadInt32LittleEndian(bytes[(start - Alignment)..]);
                if (count <= 0 || (count + NamesAMarker - 1) / NamesAMarker != markers) continue;
                if (!AgreesWithMarkers(bytes[start..firstMarker], bytes.Slice(firstMarker, 4 * markers), count, ref work)) continue;
                return new CompressedNames(address + (ulong)(start - Alignment), count, bytes[start..firstMarker].ToArray());
            }
        }

        return null;
    }

    private static bool AgreesWithMarkers(ReadOnlySpan<byte> names, ReadOnlySpan<byte> markers, int count, ref long work)
    {
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            work--;
            if (i % NamesAMarker == 0 && at != BinaryPrimitives.ReadInt32LittleEndian(markers[(i / NamesAMarker * 4)..])) return false;
            if (!TryReadLength(names, ref at, out int length) || at + length > names.Length) return false;
            at += length;
        }

        // Only padding behind the last one.
        return names.Length - at < 2 * Alignment;
    }

    // Above 127 a length has a second byte with the bits from 7 on.
    private static bool TryReadLength(ReadOnlySpan<byte> bytes, ref int at, out int length)
    {
        length = 0;
        if (at >= bytes.Length) return false;
        length = bytes[at++];
        if (length < 0x80) return length > 0;
        if (at >= bytes.Length) return false;
        length = (length & 0x7F) | bytes[at++] << 7;
        return true;
    }

    private static int Aligned(int value, int alignment) => value / alignment * alignment;

    // As much before an address as can be read; a piece that reaches into a hole page by page.
    private static byte[] ReadBackwards(IAddressReader memory, ulong end, int size)
    {
        const int PieceSize = 64 * 1024, PageSize = 4096;
        byte[] bytes = new byte[size];
        int start = size;
        foreach (int piece in (int[])[PieceSize, PageSize])
        {
            while (start > 0)
            {
                // Up to a page's beginning, so that no read spans a hole's border.
                ulong at = end - (ulong)(size - start);
                int length = Math.Min(start, (int)(at % PageSize) + piece - PageSize);
                if (length <= 0) length = Math.Min(start, piece);
                if (memory.Read(at - (ulong)length, bytes.AsSpan(start - length, length)) != length) break;
                start -= length;
            }
        }

        return bytes[start..];
    }
}
