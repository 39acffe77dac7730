using System.Buffers.Binary;

namespace NetKd.Capture.Tests;

/// <summary>Writes capture files of every kind, from the descriptions of the formats and not with our writer.</summary>
internal sealed class CaptureFileBuilder(bool isBig)
{
    private readonly List<byte> _bytes = [];

    public static byte[] Pcap(bool isBig, bool isNano, int linkType, IEnumerable<Frame> frames)
    {
        CaptureFileBuilder file = new(isBig);
        file.UInt32(isNano ? 0xA1B23C4Du : 0xA1B2C3D4u).UInt16(2).UInt16(4).UInt32(0).UInt32(0).UInt32(262144).UInt32((uint)linkType);
        foreach (Frame frame in frames)
        {
            uint fraction = (uint)(frame.Time % 1_000_000_000 / (isNano ? 1 : 1000));
            file.UInt32((uint)(frame.Time / 1_000_000_000)).UInt32(fraction).UInt32((uint)frame.Data.Length).UInt32((uint)frame.Data.Length).Bytes(frame.Data);
        }

        return file.ToArray();
    }

    public static byte[] Pcapng(bool isBig, int linkType, IEnumerable<Frame> frames)
    {
        CaptureFileBuilder file = new CaptureFileBuilder(isBig).Section().Interface(linkType, [9, 0, 1, 9]);
        foreach (Frame frame in frames) file.Enhanced(0, (ulong)frame.Time, frame.Data);
        return file.ToArray();
    }

    public CaptureFileBuilder Section() =>
        Block(0x0A0D0D0A, body => body.UInt32(0x1A2B3C4D).UInt16(1).UInt16(0).UInt32(uint.MaxValue).UInt32(uint.MaxValue));

    /// <param name="linkType">The link type.</param>
    /// <param name="resolution">Null, or four numbers: an option's code, a zero, its length, and its one byte.</param>
    public CaptureFileBuilder Interface(int linkType, byte[]? resolution = null, uint snapLength = 0) => Block(1, body =>
    {
        body.UInt16((ushort)linkType).UInt16(0).UInt32(snapLength);
        if (resolution is not null) body.UInt16(resolution[0]).UInt16(resolution[2]).Bytes([resolution[3], 0, 0, 0]).UInt16(0).UInt16(0);
    });

    public CaptureFileBuilder Enhanced(uint number, ulong time, byte[] data) => Block(6, body => body
        .UInt32(number).UInt32((uint)(time >> 32)).UInt32((uint)(time & uint.MaxValue)).UInt32((uint)data.Length).UInt32((uint)data.Length).Bytes(data).Pad());

    public CaptureFileBuilder Simple(byte[] data) => Block(3, body => body.UInt32((uint)data.Length).Bytes(data).Pad());

    public CaptureFileBuilder Block(uint type, Action<CaptureFileBuilder> write)
    {
        CaptureFileBuilder body = new(isBig);
        write(body);
        uint length = (uint)body._bytes.Count + 12;
        return UInt32(type).UInt32(length).Bytes(body.ToArray()).UInt32(length);
    }

    public CaptureFileBuilder UInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        if (isBig) BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public CaptureFileBuilder UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (isBig) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public CaptureFileBuilder Bytes(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    private CaptureFileBuilder Pad()
    {
        while (_bytes.Count % 4 != 0) _bytes.Add(0);
        return this;
    }
}
