using System.Buffers.Binary;

namespace NetKd.Symbols.Images;

/// <summary>One entry of an image's .pdata: where a function begins and where its unwind data is, as offsets into the image.</summary>
/// <param name="Begin">First byte.</param>
/// <param name="End">One past the last byte; 0 on arm64, where the unwind data says it.</param>
/// <param name="UnwindInfo">Offset of the unwind data; on arm64 perhaps the data itself, packed.</param>
public readonly record struct FunctionEntry(uint Begin, uint End, uint UnwindInfo);

/// <summary>
/// The function table of an amd64 or arm64 image (x64 exception handling, "struct RUNTIME_FUNCTION"; ARM64 exception handling, ".pdata records").
/// A Windows kernel's is half a megabyte, so it is not read whole: a look-up guesses where its entry is, since functions are
/// spread rather evenly, and reads a piece of what one reply of a target carries. Pieces that were read are kept.
/// </summary>
public sealed class FunctionTable
{
    // 1344 bytes: 0x548 is what a KDNET reply carries, in whole blocks of the memory cache, and in whole entries of either size.
    private const int PieceBytes = 1344;
    private const uint MaxBytes = 64 << 20;
    private const int MaxInterpolations = 4;
    private const int MaxProbes = 40;
    private const int Amd64EntrySize = 12;
    private const int Arm64EntrySize = 8;

    private readonly PeImage _image;
    private readonly uint _address;
    private readonly int _entrySize;
    private readonly SortedList<int, byte[]> _pieces = [];

    private FunctionTable(PeImage image, uint address, int entrySize, int count)
    {
        _image = image;
        _address = address;
        _entrySize = entrySize;
        Count = count;
    }

    /// <summary>How many entries the image's headers announce.</summary>
    public int Count { get; }

    private int EntriesInPiece => PieceBytes / _entrySize;

    /// <summary>An image's function table, of which nothing has been read yet; an empty one for an image without.</summary>
    public static FunctionTable Of(PeImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        int entrySize = image.Machine switch
        {
            MachineType.Amd64 => Amd64EntrySize,
            MachineType.Arm64 => Arm64EntrySize,
            _ => 0,
        };
        uint address = image.DirectoryAddress(PeDirectory.Exception);
        uint size = image.DirectorySize(PeDirectory.Exception);
        bool usable = entrySize != 0 && address != 0 && address < image.Size && size <= MaxBytes && size <= image.Size - address;
        return new FunctionTable(image, address, Math.Max(entrySize, 1), usable ? (int)size / entrySize : 0);
    }

    /// <summary>Reads one entry. False for one that does not exist or cannot be read.</summary>
    public bool TryGet(int index, out FunctionEntry entry)
    {
        entry = default;
        if ((uint)index >= (uint)Count) return false;
        byte[] piece = Load(index / EntriesInPiece);
        int within = index % EntriesInPiece;
        if ((within + 1) * _entrySize > piece.Length) return false;
        entry = Entry(piece, within);
        return true;
    }

    /// <summary>
    /// Finds the entry of the function that holds an offset; on arm64, of the last function that begins at or before it. False when there is
    /// none, or when the table cannot be read there. A table that is not sorted gives wrong answers, but in bounded time.
    /// </summary>
    public bool TryFind(uint offset, out FunctionEntry entry)
    {
        entry = default;
        if (Count == 0) return false;
        (int low, int high, uint lowest, uint highest) = KnownBounds(offset);
        bool hasCandidate = false;
        for (int probe = 0; low <= high && probe < MaxProbes; probe++)
        {
            int guess = probe < MaxInterpolations ? Interpolate(offset, low, high, lowest, highest) : (low + high) / 2;
            byte[] piece = Load(guess);
            int entries = piece.Length / _entrySize;
            if (entries == 0) return false;
            FunctionEntry first = Entry(piece, 0);
            if (offset < first.Begin)
            {
                high = guess - 1;
                highest = first.Begin;
                continue;
            }

            int at = FindInPiece(piece, entries, offset);
            entry = Entry(piece, at);
            hasCandidate = true;
            // An end of 0 is arm64: the entry behind it decides.
            if (offset < entry.End || at < entries - 1) return offset < entry.End || entry.End == 0;
            low = guess + 1;
            lowest = Math.Max(entry.Begin, entry.End);
        }

        return hasCandidate && (entry.End == 0 || offset < entry.End);
    }

    private (int Low, int High, uint Lowest, uint Highest) KnownBounds(uint offset)
    {
        int low = 0, high = (Count - 1) / EntriesInPiece;
        uint lowest = 0, highest = _image.Size;
        foreach ((int index, byte[] piece) in _pieces)
        {
            uint begin = Entry(piece, 0).Begin;
            if (begin <= offset)
            {
                low = index;
                lowest = begin;
            }
            else
            {
                high = index - 1;
                highest = begin;
                break;
            }
        }

        // A piece at hand that holds it ends the search without a request.
        if (_pieces.TryGetValue(low, out byte[]? known))
        {
            FunctionEntry last = Entry(known, known.Length / _entrySize - 1);
            if (offset < Math.Max(last.Begin, last.End)) high = low;
            else if (low < high && last.End != 0) low++;
        }

        return (low, high, lowest, highest);
    }

    private static int Interpolate(uint offset, int low, int high, uint lowest, uint highest)
    {
        if (highest <= lowest) return low;
        ulong place = (ulong)(offset - Math.Min(offset, lowest)) * (uint)(high - low + 1) / (highest - lowest);
        return low + (int)Math.Min(place, (ulong)(high - low));
    }

    // The last entry that begins at or before the offset; the first does.
    private int FindInPiece(byte[] piece, int entries, uint offset)
    {
        int low = 0, high = entries - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Entry(piece, middle).Begin <= offset) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private byte[] Load(int index)
    {
        if (_pieces.TryGetValue(index, out byte[]? known)) return known;
        int entries = Math.Min(EntriesInPiece, Count - index * EntriesInPiece);
        byte[] piece = new byte[entries * _entrySize];
        int read = _image.Reader.Read(_image.Base + _address + (ulong)index * PieceBytes, piece);
        // What cannot be read now may be there at another stop: only whole pieces are kept.
        if (read == piece.Length) _pieces.Add(index, piece);
        return read == piece.Length ? piece : piece[..(read / _entrySize * _entrySize)];
    }

    private FunctionEntry Entry(byte[] piece, int index)
    {
        ReadOnlySpan<byte> entry = piece.AsSpan(index * _entrySize, _entrySize);
        uint begin = BinaryPrimitives.ReadUInt32LittleEndian(entry);
        uint second = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
        return _entrySize == Arm64EntrySize ? new FunctionEntry(begin, 0, second) : new FunctionEntry(begin, second, BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
    }
}
