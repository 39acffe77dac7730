namespace NetKd.Capture.Files;

/// <summary>
/// The pcap format (draft-ietf-opsawg-pcap): a 24-byte header, then records of 16 bytes and a frame. Its byte order and whether its
/// times count micro- or nanoseconds follow from the magic number.
/// </summary>
internal sealed class PcapReader : CaptureReader
{
    private const int HeaderSize = 24;
    private const int RecordSize = 16;
    private const int MajorVersion = 2;

    // The upper half of the link type field tells the length of a frame check sequence.
    private const uint LinkTypeMask = 0xFFFF;

    private readonly byte[] _record = new byte[RecordSize];
    private readonly byte[] _frame = new byte[MaxFrame];
    private readonly long _unit;
    private readonly LinkType _linkType;

    public PcapReader(CaptureStream stream, uint magic)
        : base(stream)
    {
        _unit = magic == PcapNanoseconds ? 1 : 1000;
        Span<byte> rest = stackalloc byte[HeaderSize - sizeof(uint)];
        if (stream.Read(rest) < rest.Length)
        {
            Fail(0, "the file ends within its header");
            return;
        }

        ushort major = stream.UInt16(rest);
        if (major != MajorVersion) Fail(4, $"pcap version {major}; only version {MajorVersion} is known");
        _linkType = (LinkType)(stream.UInt32(rest[16..]) & LinkTypeMask);
    }

    private protected override bool TryReadFrame(out CaptureFrame frame)
    {
        frame = default;
        long offset = Stream.Offset;
        int there = Stream.Read(_record);
        if (there == 0) return false;
        if (there < RecordSize) return Fail(offset, $"the file ends within the header of frame {FrameCount + 1}");
        uint seconds = Stream.UInt32(_record);
        uint fraction = Stream.UInt32(_record.AsSpan(4));
        uint length = Stream.UInt32(_record.AsSpan(8));
        uint original = Stream.UInt32(_record.AsSpan(12));
        if (length > MaxFrame) return Fail(offset, $"frame {FrameCount + 1} claims {length} bytes, more than the {MaxFrame} of any capture");
        int read = Stream.Read(_frame.AsSpan(0, (int)length));
        if (read < length) return Fail(offset, $"the file ends within frame {FrameCount + 1}: {read} of its {length} bytes are there");
        frame = new CaptureFrame(++FrameCount, seconds * 1_000_000_000L + fraction * _unit, _linkType, _frame.AsMemory(0, (int)length), original);
        return true;
    }
}
