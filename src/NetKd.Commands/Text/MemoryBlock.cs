namespace NetKd.Commands.Text;

/// <summary>A piece of memory as it was read, with the bytes that could not be read marked.</summary>
public sealed class MemoryBlock
{
    private readonly byte[] _bytes;
    private readonly bool[] _readable;

    /// <summary>A block of which nothing is readable yet.</summary>
    public MemoryBlock(ulong address, int length)
    {
        Address = address;
        _bytes = new byte[length];
        _readable = new bool[length];
    }

    /// <summary>Address of the first byte.</summary>
    public ulong Address { get; }

    /// <summary>Bytes of a pointer where the block is from: how its address is shown.</summary>
    public int PointerSize { get; init; } = 8;

    /// <summary>Bytes in the block, readable or not.</summary>
    public int Length => _bytes.Length;

    /// <summary>A block whose start is known and whose rest is unreadable.</summary>
    public static MemoryBlock FromPrefix(ulong address, ReadOnlySpan<byte> bytes, int length, int pointerSize = 8)
    {
        MemoryBlock block = new(address, length) { PointerSize = pointerSize };
        bytes[..Math.Min(bytes.Length, length)].CopyTo(block._bytes);
        block.MarkReadable(0, Math.Min(bytes.Length, length));
        return block;
    }

    /// <summary>The bytes from an offset on, to read into.</summary>
    public Span<byte> Target(int offset, int length) => _bytes.AsSpan(offset, length);

    /// <summary>Notes that bytes were read.</summary>
    public void MarkReadable(int offset, int length) => _readable.AsSpan(offset, length).Fill(true);

    /// <summary>Bytes of the block, to be asked for only where they are readable.</summary>
    public ReadOnlySpan<byte> Slice(int offset, int length) => _bytes.AsSpan(offset, length);

    /// <summary>Whether all bytes of a unit could be read.</summary>
    public bool IsReadable(int offset, int length) => !_readable.AsSpan(offset, length).Contains(false);
}
