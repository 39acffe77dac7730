using System.Buffers.Binary;

namespace NetKd.Capture.Files;

/// <summary>
/// The pcapng format (draft-ietf-opsawg-pcapng): blocks of a type, a length, a body and the length again. Section headers, interface
/// descriptions, enhanced and simple packets are read; blocks of other types are passed over, whatever their size.
/// </summary>
internal sealed class PcapngReader : CaptureReader
{
    private const uint InterfaceBlock = 1;
    private const uint SimplePacketBlock = 3;
    private const uint EnhancedPacketBlock = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;

    private const int BlockHeaderSize = 8;
    private const int MinBlock = 12;
    private const int EnhancedHeaderSize = 20;

    // Comments and other options beside a frame; more than a user writes.
    private const int MaxOptions = 1 << 20;
    private const int MaxBody = MaxFrame + MaxOptions;
    private const int MaxInterfaces = 4096;

    private readonly byte[] _header = new byte[BlockHeaderSize];
    private readonly List<PcapngInterface> _interfaces = [];
    private byte[] _body = new byte[4096];
    private bool _inSection;
    private long _lastTime;

    public PcapngReader(CaptureStream stream)
        : base(stream)
    {
    }

    private protected override bool TryReadFrame(out CaptureFrame frame)
    {
        frame = default;
        while (true)
        {
            // The type of the first block has been read already, to tell the format.
            bool isFirst = !_inSection;
            long offset = isFirst ? 0 : Stream.Offset;
            int want = isFirst ? sizeof(uint) : BlockHeaderSize;
            int there = Stream.Read(_header.AsSpan(BlockHeaderSize - want, want));
            if (there == 0 && !isFirst) return false;
            if (there < want) return Fail(offset, "the file ends within the header of a block");
            uint type = isFirst ? PcapngSection : Stream.UInt32(_header);
            if (type == PcapngSection)
            {
                if (!TakeSection(offset)) return false;
                continue;
            }

            uint length = Stream.UInt32(_header.AsSpan(4));
            if (length < MinBlock || length % 4 != 0)
                return Fail(offset, $"a block claims {length} bytes; a length is at least {MinBlock} and a multiple of 4");
            if (type is not (InterfaceBlock or SimplePacketBlock or EnhancedPacketBlock))
            {
                if (!Stream.Skip(length - MinBlock)) return Fail(offset, $"the file ends within a block of {length} bytes");
                if (!TakeTrailer(offset, length)) return false;
                continue;
            }

            if (!TakeBody(offset, length, BlockHeaderSize, out ReadOnlyMemory<byte> body)) return false;
            if (type == InterfaceBlock)
            {
                if (!TakeInterface(offset, body.Span)) return false;
                continue;
            }

            return type == EnhancedPacketBlock ? TakeEnhanced(offset, body, out frame) : TakeSimple(offset, body, out frame);
        }
    }

    private bool TakeSection(long offset)
    {
        // The magic that tells the byte order stands behind the length, so the length has to wait for it.
        Span<byte> order = stackalloc byte[sizeof(uint)];
        if (Stream.Read(order) < order.Length) return Fail(offset, "the file ends within a section header");
        bool isBig = BinaryPrimitives.ReadUInt32BigEndian(order) == ByteOrderMagic;
        if (!isBig && BinaryPrimitives.ReadUInt32LittleEndian(order) != ByteOrderMagic) return Fail(offset, "a section header without the byte-order magic 1A2B3C4D");
        Stream.IsBigEndian = isBig;
        uint length = Stream.UInt32(_header.AsSpan(4));
        const int MinSection = 28;
        if (length < MinSection || length % 4 != 0)
            return Fail(offset, $"a section header claims {length} bytes; it has at least {MinSection} and a multiple of 4");
        if (!TakeBody(offset, length, BlockHeaderSize + sizeof(uint), out ReadOnlyMemory<byte> body)) return false;
        ushort major = Stream.UInt16(body.Span);
        if (major != 1) return Fail(offset, $"pcapng version {major}; only version 1 is known");
        _interfaces.Clear();
        _inSection = true;
        return true;
    }

    private bool TakeBody(long offset, uint length, int alreadyRead, out ReadOnlyMemory<byte> body)
    {
        body = default;
        long size = length - alreadyRead - sizeof(uint);
        if (size > MaxBody) return Fail(offset, $"a block claims {length} bytes, more than the {MaxBody} that are read");
        if (!TakeBytes((int)size)) return Fail(offset, $"the file ends within a block of {length} bytes");
        body = _body.AsMemory(0, (int)size);
        return TakeTrailer(offset, length);
    }

    // Grows with what is really there: a lying length in a short file must not cost its memory.
    private bool TakeBytes(int size)
    {
        int have = 0;
        while (have < size)
        {
            int step = Math.Min(size - have, Math.Max(_body.Length - have, _body.Length));
            if (have + step > _body.Length) Array.Resize(ref _body, have + step);
            if (Stream.Read(_body.AsSpan(have, step)) < step) return false;
            have += step;
        }

        return true;
    }

    private bool TakeTrailer(long offset, uint length)
    {
        Span<byte> trailer = stackalloc byte[sizeof(uint)];
        if (Stream.Read(trailer) < trailer.Length) return Fail(offset, $"the file ends within a block of {length} bytes");
        uint again = Stream.UInt32(trailer);
        return again == length || Fail(offset, $"a block says {length} bytes before its body and {again} behind it");
    }

    private bool TakeInterface(long offset, ReadOnlySpan<byte> body)
    {
        if (body.Length < PcapngInterface.MinBody) return Fail(offset, "an interface description is too short");
        if (_interfaces.Count == MaxInterfaces) return Fail(offset, $"more than {MaxInterfaces} interfaces");
        if (PcapngInterface.TryRead(Stream, body, out PcapngInterface read) is { } fault) return Fail(offset, fault);
        _interfaces.Add(read);
        return true;
    }

    private bool TakeEnhanced(long offset, ReadOnlyMemory<byte> body, out CaptureFrame frame)
    {
        frame = default;
        ReadOnlySpan<byte> span = body.Span;
        if (span.Length < EnhancedHeaderSize) return Fail(offset, "a packet block is too short");
        uint number = Stream.UInt32(span);
        if (number >= (uint)_interfaces.Count) return Fail(offset, $"a packet of interface {number}, which no block describes");
        ulong time = ((ulong)Stream.UInt32(span[4..]) << 32) | Stream.UInt32(span[8..]);
        uint length = Stream.UInt32(span[12..]);
        if (length > MaxFrame || length > span.Length - EnhancedHeaderSize)
            return Fail(offset, $"frame {FrameCount + 1} claims {length} bytes, but its block holds {span.Length - EnhancedHeaderSize}");
        PcapngInterface from = _interfaces[(int)number];
        _lastTime = from.ToNanoseconds(time);
        frame = new CaptureFrame(++FrameCount, _lastTime, from.LinkType, body.Slice(EnhancedHeaderSize, (int)length), Stream.UInt32(span[16..]));
        return true;
    }

    // A simple packet has no time of its own: it gets that of the packet before it.
    private bool TakeSimple(long offset, ReadOnlyMemory<byte> body, out CaptureFrame frame)
    {
        frame = default;
        if (body.Length < sizeof(uint)) return Fail(offset, "a packet block is too short");
        if (_interfaces.Count == 0) return Fail(offset, "a packet of interface 0, which no block describes");
        PcapngInterface from = _interfaces[0];
        uint original = Stream.UInt32(body.Span);
        uint length = from.SnapLength == 0 ? original : Math.Min(original, from.SnapLength);
        if (length > MaxFrame || length > body.Length - sizeof(uint))
            return Fail(offset, $"frame {FrameCount + 1} claims {length} bytes, but its block holds {body.Length - sizeof(uint)}");
        frame = new CaptureFrame(++FrameCount, _lastTime, from.LinkType, body.Slice(sizeof(uint), (int)length), original);
        return true;
    }
}
