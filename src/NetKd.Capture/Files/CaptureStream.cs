using System.Buffers.Binary;

namespace NetKd.Capture.Files;

/// <summary>Reads a capture file forward, in its byte order, and knows where it is. Never seeks: the file may be a pipe.</summary>
internal sealed class CaptureStream(Stream stream)
{
    private readonly byte[] _skipped = new byte[4096];

    /// <summary>Bytes read so far.</summary>
    public long Offset { get; private set; }

    /// <summary>The byte order of what is read now: a pcapng file can change it from section to section.</summary>
    public bool IsBigEndian { get; set; }

    /// <summary>Fills a buffer as far as the file goes; returns how much there was.</summary>
    public int Read(Span<byte> buffer)
    {
        int count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        Offset += count;
        return count;
    }

    /// <summary>Reads past bytes; false when the file ends before.</summary>
    public bool Skip(long count)
    {
        while (count > 0)
        {
            int step = (int)Math.Min(count, _skipped.Length);
            if (Read(_skipped.AsSpan(0, step)) < step) return false;
            count -= step;
        }

        return true;
    }

    public ushort UInt16(ReadOnlySpan<byte> source) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(source) : BinaryPrimitives.ReadUInt16LittleEndian(source);

    public uint UInt32(ReadOnlySpan<byte> source) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(source) : BinaryPrimitives.ReadUInt32LittleEndian(source);

    public ulong UInt64(ReadOnlySpan<byte> source) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(source) : BinaryPrimitives.ReadUInt64LittleEndian(source);
}
