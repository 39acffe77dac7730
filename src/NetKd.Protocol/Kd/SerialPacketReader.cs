using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>What the next bytes of a serial line are.</summary>
public enum SerialItem
{
    /// <summary>Nothing yet: more bytes are needed.</summary>
    None,
    /// <summary>A whole packet with a good checksum: see <see cref="SerialPacketReader.Header"/> and <see cref="SerialPacketReader.Payload"/>.</summary>
    Packet,
    /// <summary>The one byte that asks a running target to break in, outside any packet.</summary>
    BreakIn,
    /// <summary>A packet whose checksum or trailer is wrong. It was passed over; the sender should send it again.</summary>
    Damaged,
}

/// <summary>
/// Finds KD packets in a serial byte stream: leader, header, data, and the 0xAA that ends data (facts: kdnet-wire, section 3). What is no
/// packet, such as a console's text on the same line, is passed over byte by byte until a leader shows. Written once for both ends; holds
/// one buffer, allocates nothing afterwards, never throws. For one thread.
/// </summary>
public sealed class SerialPacketReader
{
    private const int LargestPacket = PacketHeader.Size + PayloadLimits.Serial + 1;
    private const int LeaderSize = 4;
    private const byte DataByte = (byte)(PacketHeader.DataLeader & 0xFF);
    private const byte ControlByte = (byte)(PacketHeader.ControlLeader & 0xFF);

    // The largest type of facts section 3, KD_CONTROL_REQUEST and KD_FILE_IO: above it is no packet but a leader by chance.
    private const PacketType LastType = PacketType.FileIo;

    private readonly byte[] _buffer = new byte[2 * LargestPacket];
    private int _start;
    private int _end;
    private int _payloadStart;

    // Among garbage a break-in byte is most likely garbage too; whoever means it sends it again.
    private bool _lost;

    /// <summary>Header of the packet that <see cref="Take"/> found.</summary>
    public PacketHeader Header;

    /// <summary>Its data, valid until the next call.</summary>
    public ReadOnlySpan<byte> Payload => ((ReadOnlySpan<byte>)_buffer).Slice(_payloadStart, Header.ByteCount);

    /// <summary>Bytes that belonged to no packet.</summary>
    public uint Skipped { get; private set; }

    /// <summary>True while the beginning of a packet waits for its rest.</summary>
    public bool IsPartial => _end - _start >= LeaderSize;

    /// <summary>Where to put what comes next; never empty. Moves what is left to the front: call it before each read.</summary>
    public Span<byte> Free()
    {
        if (_start != 0)
        {
            ((ReadOnlySpan<byte>)_buffer).Slice(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        return ((Span<byte>)_buffer).Slice(_end);
    }

    /// <summary>Says how many bytes were put into <see cref="Free"/>.</summary>
    public void Add(int count) => _end += count;

    /// <summary>Gives up the beginning of a packet whose rest does not come: looks for the next leader behind its first byte.</summary>
    public void DropPartial()
    {
        if (_start < _end) Skip();
    }

    /// <summary>Takes the next item out of the bytes.</summary>
    public SerialItem Take()
    {
        while (_start < _end)
        {
            int available = _end - _start;
            byte first = _buffer[_start];
            if (first == PacketHeader.BreakInByte && !_lost)
            {
                _start++;
                return SerialItem.BreakIn;
            }

            if (first != DataByte && first != ControlByte)
            {
                Skip();
                continue;
            }

            int leader = LeaderLength(first, available);
            if (leader < LeaderSize)
            {
                if (leader == available) return SerialItem.None;
                Skip();
                continue;
            }

            if (available < PacketHeader.Size) return SerialItem.None;
            if (!IsPlausible(first == DataByte))
            {
                Skip();
                continue;
            }

            return TakePacket(available);
        }

        _lost = false;
        return SerialItem.None;
    }

    private SerialItem TakePacket(int available)
    {
        int size = PacketSize();
        if (available < size) return SerialItem.None;
        ReadOnlySpan<byte> packet = ((ReadOnlySpan<byte>)_buffer).Slice(_start, size);
        bool whole = PacketHeader.TryRead(packet, out Header) == PacketFault.None && (!Header.IsData || packet[size - 1] == PacketHeader.SerialTrailer);
        if (!whole)
        {
            // A good packet may begin inside what the damaged header claims.
            Skip();
            return SerialItem.Damaged;
        }

        _lost = false;
        _payloadStart = _start + PacketHeader.Size;
        _start += size;
        return SerialItem.Packet;
    }

    private int LeaderLength(byte first, int available)
    {
        int length = 1;
        while (length < LeaderSize && length < available && _buffer[_start + length] == first) length++;
        return length;
    }

    private bool IsPlausible(bool isData)
    {
        ReadOnlySpan<byte> header = ((ReadOnlySpan<byte>)_buffer).Slice(_start, PacketHeader.Size);
        int type = BinaryPrimitives.ReadUInt16LittleEndian(header.Slice(4));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header.Slice(6));
        return type >= 1 && type <= (int)LastType && (isData ? count >= 1 && count <= PayloadLimits.Serial : count == 0);
    }

    private int PacketSize()
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(((ReadOnlySpan<byte>)_buffer).Slice(_start + 6));
        return count == 0 ? PacketHeader.Size : PacketHeader.Size + count + 1;
    }

    private void Skip()
    {
        _lost = true;
        _start++;
        Skipped++;
    }
}
