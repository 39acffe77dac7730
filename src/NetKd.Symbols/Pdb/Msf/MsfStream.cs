using System.Buffers.Binary;

namespace NetKd.Symbols.Pdb.Msf;

/// <summary>
/// One stream of an MSF file: bytes that lie in blocks all over the file, seen as one run. Neighbouring blocks are joined, so that a read
/// seldom copies. Safe to use from several threads.
/// </summary>
public sealed class MsfStream
{
    private readonly MappedFile _file;
    private readonly Extent[] _extents;

    private readonly record struct Extent(uint Start, uint Length, long FileOffset);

    private MsfStream(MappedFile file, Extent[] extents, uint length)
    {
        _file = file;
        _extents = extents;
        Length = length;
    }

    /// <summary>Its size in bytes.</summary>
    public uint Length { get; }

    /// <summary>Puts a stream together from its block numbers, 4 bytes each.</summary>
    /// <exception cref="PdbFormatException">A block is beyond the file's end.</exception>
    internal static MsfStream FromBlocks(MappedFile file, ReadOnlySpan<byte> blocks, int blockSize, uint length, string name)
    {
        List<Extent> extents = [];
        uint at = 0;
        for (int i = 0; at < length; i++)
        {
            uint block = BinaryPrimitives.ReadUInt32LittleEndian(blocks[(i * 4)..]);
            uint piece = Math.Min((uint)blockSize, length - at);
            long offset = block * (long)blockSize;
            if (offset + piece > file.Length) throw new PdbFormatException($"{name} has block {block}, which lies beyond the end of the file ({file.Length} bytes): the file is cut off or damaged.");
            if (extents.Count > 0 && extents[^1] is var last && last.FileOffset + last.Length == offset) extents[^1] = last with { Length = last.Length + piece };
            else extents.Add(new Extent(at, piece, offset));
            at += piece;
        }

        return new MsfStream(file, [.. extents], length);
    }

    /// <summary>
    /// Some of its bytes: a view of the mapped file where they lie in one run, else a copy.
    /// </summary>
    /// <returns>False, with an empty span, when they are not all within the stream.</returns>
    public bool TryRead(uint offset, int length, out ReadOnlySpan<byte> bytes)
    {
        bytes = [];
        if (length < 0 || offset > Length || (uint)length > Length - offset) return false;
        if (length == 0) return true;
        ref readonly Extent extent = ref _extents[Find(offset)];
        uint within = offset - extent.Start;
        if ((uint)length <= extent.Length - within)
        {
            bytes = _file.Slice(extent.FileOffset + within, length);
            return true;
        }

        byte[] copy = new byte[length];
        CopyTo(offset, copy);
        bytes = copy;
        return true;
    }

    /// <summary>The bytes from an offset to the end of the run they lie in, at most 1 GiB; empty at the stream's end.</summary>
    public ReadOnlySpan<byte> RunFrom(uint offset)
    {
        if (offset >= Length) return [];
        ref readonly Extent extent = ref _extents[Find(offset)];
        uint within = offset - extent.Start;
        return _file.Slice(extent.FileOffset + within, (int)Math.Min(extent.Length - within, 1u << 30));
    }

    /// <summary>Copies some of its bytes without mapping them. Returns how many there were.</summary>
    public int Read(uint offset, Span<byte> destination)
    {
        int done = 0;
        for (int index = offset < Length ? Find(offset) : _extents.Length; done < destination.Length && index < _extents.Length; index++)
        {
            ref readonly Extent extent = ref _extents[index];
            uint within = offset + (uint)done - extent.Start;
            int piece = (int)Math.Min(extent.Length - within, (uint)(destination.Length - done));
            int read = _file.Read(extent.FileOffset + within, destination.Slice(done, piece));
            done += read;
            if (read < piece) break;
        }

        return done;
    }

    /// <summary>Two bytes, little-endian; 0 beyond the end.</summary>
    public ushort ReadUInt16(uint offset) => TryRead(offset, 2, out ReadOnlySpan<byte> bytes) ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    /// <summary>Four bytes, little-endian; 0 beyond the end.</summary>
    public uint ReadUInt32(uint offset) => TryRead(offset, 4, out ReadOnlySpan<byte> bytes) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    private void CopyTo(uint offset, Span<byte> destination)
    {
        int index = Find(offset);
        while (destination.Length > 0)
        {
            ref readonly Extent extent = ref _extents[index++];
            uint within = offset - extent.Start;
            int piece = (int)Math.Min(extent.Length - within, (uint)destination.Length);
            _file.Slice(extent.FileOffset + within, piece).CopyTo(destination);
            destination = destination[piece..];
            offset += (uint)piece;
        }
    }

    private int Find(uint offset)
    {
        int low = 0, high = _extents.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_extents[middle].Start <= offset) low = middle;
            else high = middle - 1;
        }

        return low;
    }
}
