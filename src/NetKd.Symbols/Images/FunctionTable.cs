using System.Buffers.Binary;

namespace NetKd.Symbols.Images;

/// <summary>One entry of an amd64 image's .pdata: a function's range and where its unwind data is, as offsets into the image.</summary>
/// <param name="Begin">First byte.</param>
/// <param name="End">One past the last byte.</param>
/// <param name="UnwindInfo">Offset of the UNWIND_INFO.</param>
public readonly record struct FunctionEntry(uint Begin, uint End, uint UnwindInfo);

/// <summary>The function table of an amd64 image (x64 exception handling, "struct RUNTIME_FUNCTION").</summary>
public sealed class FunctionTable
{
    private const int MaxBytes = 8 << 20;
    private const int EntrySize = 12;

    private readonly byte[] _bytes;

    private FunctionTable(byte[] bytes) => _bytes = bytes;

    /// <summary>How many entries there are.</summary>
    public int Count => _bytes.Length / EntrySize;

    /// <summary>Reads an image's function table; empty when it has none or it cannot be read.</summary>
    public static FunctionTable Read(PeImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new FunctionTable(image.ReadDirectory(PeDirectory.Exception, MaxBytes));
    }

    /// <summary>One entry.</summary>
    public FunctionEntry this[int index]
    {
        get
        {
            ReadOnlySpan<byte> entry = _bytes.AsSpan(index * EntrySize, EntrySize);
            return new FunctionEntry(
                BinaryPrimitives.ReadUInt32LittleEndian(entry),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
        }
    }

    /// <summary>Finds the function that holds an offset.</summary>
    public bool TryFind(uint offset, out FunctionEntry entry)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            entry = this[middle];
            if (offset < entry.Begin) high = middle - 1;
            else if (offset >= entry.End) low = middle + 1;
            else return true;
        }

        entry = default;
        return false;
    }
}
