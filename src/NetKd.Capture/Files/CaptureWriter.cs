using System.Buffers.Binary;

namespace NetKd.Capture.Files;

/// <summary>
/// Writes datagrams as a pcapng file with nanosecond times: one section, one interface, an enhanced packet block a datagram, each in
/// a frame whose IP and UDP headers are made up from the addresses (<see cref="SyntheticFrame"/>). Not thread safe. Owns the stream.
/// </summary>
public sealed class CaptureWriter : IDisposable
{
    private const uint SectionBlock = CaptureReader.PcapngSection;
    private const uint InterfaceBlock = 1;
    private const uint EnhancedPacketBlock = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const ushort ApplicationOption = 4;
    private const ushort ResolutionOption = 9;
    private const byte Nanoseconds = 9;
    private const int EnhancedHeaderSize = 28;
    private const int MaxBlock = EnhancedHeaderSize + SyntheticFrame.MaxHeaders + SyntheticFrame.MaxPayload + 3 + sizeof(uint);

    private readonly Stream _stream;
    private readonly LinkType _linkType;
    private readonly byte[] _block = new byte[MaxBlock];

    /// <summary>Writes the file's head.</summary>
    /// <param name="stream">Where to; disposed with the writer.</param>
    /// <param name="linkType"><see cref="LinkType.Raw"/> or <see cref="LinkType.Ethernet"/>.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public CaptureWriter(Stream stream, LinkType linkType = LinkType.Raw)
    {
        if (linkType is not (LinkType.Raw or LinkType.Ethernet)) throw new ArgumentOutOfRangeException(nameof(linkType));
        _stream = stream;
        _linkType = linkType;
        WriteSection();
        WriteInterface();
    }

    /// <summary>Writes a datagram.</summary>
    /// <param name="time">Nanoseconds since 1970-01-01 UTC, not negative.</param>
    /// <param name="source">Who sent it.</param>
    /// <param name="destination">To whom; of the same family, else both are written as IPv6.</param>
    /// <param name="payload">At most <see cref="SyntheticFrame.MaxPayload"/> bytes.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Write(long time, in PeerAddress source, in PeerAddress destination, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, SyntheticFrame.MaxPayload);
        int length = SyntheticFrame.Write(_block.AsSpan(EnhancedHeaderSize), _linkType, source, destination, payload);
        int padded = (length + 3) & ~3;
        _block.AsSpan(EnhancedHeaderSize + length, padded - length).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(8), 0);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(12), (uint)(time >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(16), unchecked((uint)time));
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(20), (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(24), (uint)length);
        WriteBlock(EnhancedPacketBlock, EnhancedHeaderSize + padded);
    }

    /// <summary>Hands everything written so far to the system.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Flush() => _stream.Flush();

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private void WriteSection()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(8), ByteOrderMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(12), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(14), 0);
        BinaryPrimitives.WriteInt64LittleEndian(_block.AsSpan(16), -1); // section length: not known in advance
        WriteBlock(SectionBlock, WriteOptions(24, ApplicationOption, "NetKd"u8));
    }

    private void WriteInterface()
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(8), (ushort)_linkType);
        BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(10), 0);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(12), 0); // no limit on captured bytes
        WriteBlock(InterfaceBlock, WriteOptions(16, ResolutionOption, [Nanoseconds]));
    }

    // One option and the end of options; returns where they end.
    private int WriteOptions(int offset, ushort code, ReadOnlySpan<byte> value)
    {
        int padded = (value.Length + 3) & ~3;
        Span<byte> option = _block.AsSpan(offset, 4 + padded + 4);
        option.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(option, code);
        BinaryPrimitives.WriteUInt16LittleEndian(option[2..], (ushort)value.Length);
        value.CopyTo(option[4..]);
        return offset + option.Length;
    }

    private void WriteBlock(uint type, int end)
    {
        uint length = (uint)end + sizeof(uint);
        BinaryPrimitives.WriteUInt32LittleEndian(_block, type);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(4), length);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(end), length);
        _stream.Write(_block.AsSpan(0, (int)length));
    }
}
