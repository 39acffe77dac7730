namespace NetKd.Capture.Tests;

/// <summary>Damaged and forged files end the reading with a reason; nothing throws, and memory follows what is really there.</summary>
public sealed class HostileCaptureTests
{
    private static readonly ScriptedSession s_session = new ScriptedSession().Connect();

    public static TheoryData<byte[]> Files() =>
    [
        CaptureFileBuilder.Pcap(isBig: false, isNano: false, 101, s_session.Frames()),
        CaptureFileBuilder.Pcap(isBig: true, isNano: true, 101, s_session.Frames()),
        CaptureFileBuilder.Pcapng(isBig: false, 101, s_session.Frames()),
        CaptureFileBuilder.Pcapng(isBig: true, 101, s_session.Frames()),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_cut_anywhere_shows_what_was_good(byte[] file)
    {
        int whole = 0;
        for (int length = 0; length < file.Length; length++)
        {
            (int packets, CaptureDamage? damage) = Read(file[..length]);
            Assert.InRange(packets, whole, s_session.Datagrams.Count);
            whole = packets;
            // A cut between two frames cannot be told from a file that was written so.
            if (damage is null) continue;
            Assert.InRange(damage.Offset, 0, length);
            Assert.NotEmpty(damage.Reason);
        }

        Assert.Equal((s_session.Datagrams.Count, null), Read(file));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("0a0d", "the file ends within its first four bytes")]
    [InlineData("504b0304ffff", "the file is neither pcap nor pcapng")]
    [InlineData("34cdb2a1ffff", "modified pcap")]
    [InlineData("d4c3b2a103000400000000000000000000000400" + "01000000", "pcap version 3")]
    [InlineData("d4c3b2a102000400000000000000000000000400" + "01000000" + "0000000000000000ffffffffffffffff", "claims 4294967295 bytes")]
    [InlineData("0a0d0d0a1c0000001a2b3c4e", "byte-order magic")]
    [InlineData("0a0d0d0a0c0000004d3c2b1a", "a section header claims 12 bytes")]
    [InlineData("0a0d0d0a1c0000004d3c2b1a02000000ffffffffffffffff1c000000", "pcapng version 2")]
    [InlineData("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff20000000", "28 bytes before its body and 32 behind it")]
    [InlineData("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000" + "0600000008000000", "a block claims 8 bytes")]
    [InlineData("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000" + "06000000fcffffff", "more than the")]
    [InlineData("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000" + "ad0b0000fcffffff", "ends within a block of 4294967292 bytes")]
    [InlineData("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000" + "06000000200000000000000000000000000000000000000000000000" + "20000000", "interface 0, which no block describes")]
    public void A_lie_is_named(string file, string reason)
    {
        (int packets, CaptureDamage? damage) = Read(Convert.FromHexString(file));
        Assert.Equal(0, packets);
        Assert.Contains(reason, damage!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_packet_longer_than_its_block_is_refused()
    {
        byte[] file = new CaptureFileBuilder(isBig: false).Section().Interface(101)
            .Block(6, body => body.UInt32(0).UInt32(0).UInt32(0).UInt32(100).UInt32(100).Bytes(new byte[96])).ToArray();
        Assert.Contains("claims 100 bytes, but its block holds 96", Read(file).Damage!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_damage_never_throws(int seed)
    {
        Random random = new(seed);
        byte[][] files = [.. Files().Select(row => row.Data)];
        for (int round = 0; round < 2000; round++)
        {
            byte[] file = [.. files[random.Next(files.Length)]];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                int at = random.Next(file.Length);
                file[at] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
            }

            Read(file[..random.Next(file.Length / 2, file.Length + 1)]);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Random_bodies_that_are_authentic_never_throw(int seed)
    {
        Random random = new(seed);
        ScriptedSession session = new ScriptedSession().Connect();
        for (int round = 0; round < 3000; round++)
        {
            byte[] payload = new byte[random.Next(0, 400)];
            random.NextBytes(payload);
            if (payload.Length > 4 && random.Next(4) != 0) (payload[0], payload[1], payload[2], payload[3]) = ((byte)random.Next(0x30, 0x64), (byte)random.Next(0x30, 0x35), 0, 0);
            if (random.Next(8) == 0) session.Data(random.Next(2) == 0, payload);
            else session.Packet(random.Next(2) == 0, (Protocol.Kd.PacketType)random.Next(0, 13), (uint)round * 2, payload);
        }

        SessionStatistics statistics = new();
        foreach (DecodedPacket packet in session.Decode(ScriptedSession.Key))
        {
            statistics.Add(packet);
            PacketDump.Write(TextWriter.Null, packet, 0);
            Assert.DoesNotContain(PacketLine.Format(packet, 0), char.IsControl);
            using var json = System.Text.Json.JsonDocument.Parse(CaptureJson.Format(packet, 0, withBody: true));
        }
    }

    private static (int Packets, CaptureDamage? Damage) Read(byte[] file)
    {
        using SessionDecoder decoder = new(ScriptedSession.Key);
        DatagramReader reader = new(new MemoryStream(file));
        int packets = 0;
        while (reader.TryRead(out CapturedDatagram datagram))
        {
            if (decoder.Decode(datagram) is not { } packet) continue;
            packets++;
            PacketLine.Format(packet, reader.FirstTime);
        }

        return (packets, reader.Damage);
    }
}
