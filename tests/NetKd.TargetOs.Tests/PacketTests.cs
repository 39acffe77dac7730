using NetKd.TargetOs.Net;

namespace NetKd.TargetOs.Tests;

/// <summary>The readers and writers of single packets.</summary>
public sealed class PacketTests
{
    private static readonly byte[] s_payload = [1, 2, 3, 4, 5, 6, 7];

    [Fact]
    public void The_checksum_is_that_of_rfc_1071()
    {
        Random random = new(3);
        for (int length = 0; length < 300; length++)
        {
            byte[] data = new byte[length];
            random.NextBytes(data);
            InternetChecksum checksum = default;
            int even = length / 2 & ~1;
            checksum.Add(data.AsSpan(0, even));
            checksum.Add(data.AsSpan(even));
            Assert.Equal(Frames.Checksum(data), checksum.Result);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public void A_datagram_is_read_past_options(int optionWords)
    {
        byte[] packet = Frames.Udp(s_payload, 1000, 2000, optionWords)[Ethernet.HeaderSize..];
        Assert.True(IPv4.TryRead(packet, out IPv4 header, out ReadOnlySpan<byte> content));
        Assert.Equal((IPv4.ProtocolUdp, Frames.Neighbour, Frames.Machine), (header.Protocol, header.Source, header.Destination));
        Assert.True(Udp.TryRead(in header, content, out ushort source, out ushort destination, out ReadOnlySpan<byte> payload));
        Assert.Equal((1000, 2000), (source, destination));
        Assert.Equal(s_payload, payload);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1472)]
    public void What_is_written_is_read_again(int length)
    {
        byte[] packet = new byte[IPv4.HeaderSize + Udp.HeaderSize + length];
        new Random(length).NextBytes(packet);
        byte[] payload = packet[(IPv4.HeaderSize + Udp.HeaderSize)..];
        IPv4 header = new() { Protocol = IPv4.ProtocolUdp, Source = Frames.Machine, Destination = Frames.Neighbour };
        Udp.Write(in header, packet.AsSpan(IPv4.HeaderSize), 50000, 50001);
        header.Write(packet, Udp.HeaderSize + length, 77);
        Assert.True(IPv4.TryRead(packet, out IPv4 read, out ReadOnlySpan<byte> content));
        Assert.True(Udp.TryRead(in read, content, out ushort source, out ushort destination, out ReadOnlySpan<byte> back));
        Assert.Equal((50000, 50001), (source, destination));
        Assert.Equal(payload, back);
    }

    [Fact]
    public void A_cut_packet_is_refused_at_every_length()
    {
        byte[] packet = Frames.Udp(new byte[40])[Ethernet.HeaderSize..];
        for (int length = 0; length < packet.Length; length++) Assert.False(IPv4.TryRead(packet.AsSpan(0, length), out _, out _));
        IPv4.TryRead(packet, out IPv4 header, out ReadOnlySpan<byte> datagram);
        for (int length = 0; length < datagram.Length; length++) Assert.False(Udp.TryRead(in header, datagram[..length], out _, out _, out _));
        byte[] arp = Frames.ArpRequest(Frames.Machine)[Ethernet.HeaderSize..];
        for (int length = 0; length < arp.Length; length++) Assert.False(ArpPacket.TryRead(arp.AsSpan(0, length), out _));
        Assert.True(ArpPacket.TryRead(arp, out _));
    }

    [Fact]
    public void Every_damaged_bit_is_noticed()
    {
        byte[] good = Frames.Udp(new byte[33])[Ethernet.HeaderSize..];
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] packet = [.. good];
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
            bool read = IPv4.TryRead(packet, out IPv4 header, out ReadOnlySpan<byte> content)
                && Udp.TryRead(in header, content, out _, out _, out _);
            Assert.False(read, $"bit {bit}");
        }
    }

    [Fact]
    public void Lengths_that_lie_are_refused()
    {
        // Each with a checksum that is right, so that the length alone is wrong.
        byte[] good = Frames.Udp(new byte[16])[Ethernet.HeaderSize..];
        foreach (int total in (int[])[0, 1, 19, good.Length + 1, 0xFFFF]) Assert.False(ReadWith(good, p => (p[2], p[3]) = ((byte)(total >> 8), (byte)total)));
        foreach (int words in (int[])[0, 4]) Assert.False(ReadWith(good, p => p[0] = (byte)(0x40 | words)));
        Assert.False(ReadWith(good, p => p[0] = 0x65));
        Assert.False(ReadWith(good, p => p[6] = 0x20), "more fragments");
        Assert.False(ReadWith(good, p => p[7] = 1), "a fragment's offset");
        Assert.True(ReadWith(good, p => p[6] = 0x40), "do not fragment");

        IPv4.TryRead(good, out IPv4 header, out ReadOnlySpan<byte> content);
        foreach (int length in (int[])[0, 7, content.Length + 1, 0xFFFF])
        {
            byte[] datagram = content.ToArray();
            (datagram[4], datagram[5]) = ((byte)(length >> 8), (byte)length);
            // Without a checksum, so that nothing but the length can be at fault.
            (datagram[6], datagram[7]) = (0, 0);
            Assert.False(Udp.TryRead(in header, datagram, out _, out _, out _));
        }
    }

    [Fact]
    public void Arp_is_read_and_written()
    {
        byte[] good = Frames.Arp(2, Frames.Machine)[Ethernet.HeaderSize..];
        Assert.True(ArpPacket.TryRead(good, out ArpPacket packet));
        Assert.Equal((ArpPacket.Reply, Frames.Neighbour, Frames.Machine), (packet.Operation, packet.SenderAddress, packet.TargetAddress));
        Assert.Equal(Frames.NeighbourHardware, packet.SenderHardware);
        byte[] written = new byte[ArpPacket.Size];
        packet.Write(written, default);
        Assert.Equal(good, written);
        for (int i = 0; i < 6; i++)
        {
            byte[] other = [.. good];
            other[i]++;
            Assert.False(ArpPacket.TryRead(other, out _), "another kind of address");
        }
    }

    [Fact]
    public void The_neighbour_table_forgets_the_oldest_and_asks_again()
    {
        NeighbourTable table = new();
        table.Learn(PeerAddress.FromIPv4(1, 0), Frames.NeighbourHardware, addNew: false, 0);
        Assert.False(table.TryFind(PeerAddress.FromIPv4(1, 0), 0, out _, out bool stale));
        Assert.True(stale);
        for (uint address = 1; address <= 9; address++) table.Learn(PeerAddress.FromIPv4(address, 0), [0, 0, 0, 0, 0, (byte)address], addNew: true, address);
        Assert.False(table.TryFind(PeerAddress.FromIPv4(1, 0), 10, out _, out _));
        Assert.True(table.TryFind(PeerAddress.FromIPv4(9, 0), 10, out ReadOnlySpan<byte> hardware, out stale));
        Assert.Equal(9, hardware[5]);
        Assert.False(stale);
        Assert.True(table.TryFind(PeerAddress.FromIPv4(9, 0), 60_000_000, out _, out stale));
        Assert.True(stale);
        Assert.False(table.TryFind(PeerAddress.FromIPv4(0, 0), 10, out _, out _), "an empty slot is not a neighbour");
    }

    private static bool ReadWith(byte[] good, Action<byte[]> change)
    {
        byte[] packet = [.. good];
        change(packet);
        (packet[10], packet[11]) = (0, 0);
        int headerLength = Math.Clamp(4 * (packet[0] & 15), 20, packet.Length);
        ushort checksum = Frames.Checksum(packet.AsSpan(0, headerLength));
        (packet[10], packet[11]) = ((byte)(checksum >> 8), (byte)checksum);
        return IPv4.TryRead(packet, out _, out _);
    }
}
