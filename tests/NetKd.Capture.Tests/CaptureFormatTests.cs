using System.Buffers.Binary;
using NetKd.Protocol.Net;

namespace NetKd.Capture.Tests;

/// <summary>The same session in every kind of file and behind every link layer reads the same.</summary>
public sealed class CaptureFormatTests
{
    private static readonly ScriptedSession s_session = NewSession();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Pcap_in_either_byte_order_and_unit(bool isBig, bool isNano) =>
        Assert.Equal(s_session.Lines(), Lines(CaptureFileBuilder.Pcap(isBig, isNano, (int)LinkType.Raw, s_session.Frames())));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pcapng_in_either_byte_order(bool isBig) =>
        Assert.Equal(s_session.Lines(), Lines(CaptureFileBuilder.Pcapng(isBig, (int)LinkType.Raw, s_session.Frames())));

    [Theory]
    [InlineData(0, "02000000")] // null, little-endian
    [InlineData(0, "00000002")] // null, big-endian
    [InlineData(108, "00000002")]
    [InlineData(1, "aabbccddeeff1122334455660800")]
    [InlineData(1, "aabbccddeeff11223344556681000001" + "0800")]
    [InlineData(1, "aabbccddeeff11223344556688a80001" + "8100000208" + "00")]
    [InlineData(113, "0000000100060000000000000000" + "0800")]
    [InlineData(113, "0000000100060000000000000000" + "81000005" + "0800")]
    [InlineData(276, "080000000000000100010006" + "0000000000000000")]
    [InlineData(12, "")]
    [InlineData(14, "")]
    [InlineData(228, "")]
    public void Every_link_layer(int linkType, string header)
    {
        byte[] before = Convert.FromHexString(header);
        Frame[] frames = [.. s_session.Frames().Select(frame => frame with { Data = [.. before, .. frame.Data] })];
        Assert.Equal(s_session.Lines(), Lines(CaptureFileBuilder.Pcap(isBig: false, isNano: true, linkType, frames)));
        Assert.Equal(s_session.Lines(), Lines(CaptureFileBuilder.Pcapng(isBig: true, linkType, frames)));
    }

    [Fact]
    public void IPv6_with_extension_headers()
    {
        PeerAddress host = default, target = default;
        (host.High, host.Low, host.Port) = (0xFE80UL << 48, 1, 50000);
        (target.High, target.Low, target.Port) = (0xFE80UL << 48, 2, 50001);
        ScriptedSession session = new() { Host = host, Target = target, Version = 5 };
        session.Connect();
        // Hop-by-hop, destination options, and a fragment header that is no fragment.
        byte[] extensions = [60, 0, 1, 4, 0, 0, 0, 0, 44, 0, 1, 4, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 1];
        Frame[] frames = [.. session.Frames().Select(frame => frame with { Data = WithExtensions(frame.Data, extensions) })];
        Assert.Equal(session.Lines(), Lines(CaptureFileBuilder.Pcap(isBig: false, isNano: true, (int)LinkType.IPv6, frames)));
        Assert.Contains("target [fe80::2]:50001", session.Lines()[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, 1_450_000_000_123_456UL)] // microseconds, the default
    [InlineData(9, 1_450_000_000_123_456_000UL)]
    [InlineData(3, 1_450_000_000_123UL)]
    [InlineData(12, 1_450_000_000_123_456_789UL)]
    [InlineData(0x80 | 20, 1_450_000_000UL << 20)]
    [InlineData(0, ulong.MaxValue)]
    [InlineData(127, ulong.MaxValue)]
    [InlineData(255, ulong.MaxValue)]
    public void Times_in_every_resolution(byte resolution, ulong units)
    {
        byte[] file = new CaptureFileBuilder(isBig: false).Section().Interface(101, [9, 0, 1, resolution]).Enhanced(0, units, s_session.Frames()[0].Data).ToArray();
        DatagramReader reader = new(new MemoryStream(file));
        Assert.True(reader.TryRead(out CapturedDatagram datagram));
        Assert.Equal(resolution switch
        {
            3 => 1_450_000_000_123_000_000,
            12 => 1_450_000_000_123_456,
            0x80 | 20 => 1_450_000_000_000_000_000,
            0 => long.MaxValue,
            127 or 255 => 0,
            _ => 1_450_000_000_123_456_000,
        }, datagram.Time);
    }

    [Fact]
    public void Sections_simple_packets_and_unknown_blocks()
    {
        List<Frame> frames = s_session.Frames();
        byte[] first = new CaptureFileBuilder(isBig: true).Section()
            .Block(0x0BAD, body => body.UInt32(1)).Interface(101).Simple(frames[0].Data).Block(0x0BAD, _ => { }).ToArray();
        byte[] second = new CaptureFileBuilder(isBig: false).Section().Interface(1).Interface(101)
            .Enhanced(1, 5, frames[1].Data).Enhanced(0, 5, [.. new byte[12], 8, 6, .. new byte[28]]).ToArray();
        DatagramReader reader = new(new MemoryStream([.. first, .. second]));
        Assert.True(reader.TryRead(out CapturedDatagram poke));
        Assert.Equal(s_session.Datagrams[0].Payload.ToArray(), poke.Payload.ToArray());
        Assert.True(reader.TryRead(out CapturedDatagram response));
        Assert.Equal((2, 5000), (response.FrameNumber, response.Time));
        Assert.False(reader.TryRead(out _));
        Assert.Null(reader.Damage);
        Assert.Equal(1, reader.Count(FrameContent.Other));
    }

    [Fact]
    public void Fragments_are_reported_and_not_put_together()
    {
        Frame frame = s_session.Frames()[0];
        byte[] first = [.. frame.Data];
        first[6] = 0x20;
        byte[] later = [.. frame.Data];
        later[7] = 5;
        DatagramReader reader = new(new MemoryStream(CaptureFileBuilder.Pcap(false, false, 101, [frame, frame with { Data = first }, frame with { Data = later }])));
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.Equal((2, 2), (reader.Count(FrameContent.Fragment), reader.FirstFragment));
    }

    [Theory]
    [InlineData(LinkType.Raw)]
    [InlineData(LinkType.Ethernet)]
    public void What_is_written_reads_back(LinkType linkType)
    {
        MemoryStream stream = new();
        using (CaptureWriter writer = new(stream, linkType))
        {
            foreach (CapturedDatagram datagram in s_session.Datagrams) writer.Write(datagram.Time, datagram.Source, datagram.Destination, datagram.Payload.Span);
        }

        DatagramReader reader = new(new MemoryStream(stream.ToArray()));
        foreach (CapturedDatagram written in s_session.Datagrams)
        {
            Assert.True(reader.TryRead(out CapturedDatagram read));
            Assert.Equal(written with { Payload = default }, read with { Payload = default });
            Assert.Equal(written.Payload.ToArray(), read.Payload.ToArray());
        }

        Assert.False(reader.TryRead(out _));
        Assert.Null(reader.Damage);
    }

    private static ScriptedSession NewSession() => new ScriptedSession().Connect()
        .ControlPacket(fromHost: true, Protocol.Kd.PacketType.Resend, 0)
        .Call(fromHost: true, 0x80000000, Protocol.Kd.ManipulateApi.DbgKdGetVersionApi);

    private static string[] Lines(byte[] file)
    {
        using SessionDecoder decoder = new(ScriptedSession.Key);
        DatagramReader reader = new(new MemoryStream(file));
        List<string> lines = [];
        while (reader.TryRead(out CapturedDatagram datagram))
        {
            if (decoder.Decode(datagram) is { } packet) lines.Add(PacketLine.Format(packet, reader.FirstTime));
        }

        Assert.Null(reader.Damage);
        return [.. lines];
    }

    private static byte[] WithExtensions(byte[] packet, byte[] extensions)
    {
        byte[] result = [.. packet[..40], .. extensions, .. packet[40..]];
        BinaryPrimitives.WriteUInt16BigEndian(result.AsSpan(4), (ushort)(result.Length - 40));
        result[6] = 0;
        return result;
    }
}
