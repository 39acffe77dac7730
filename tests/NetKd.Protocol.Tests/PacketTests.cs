using NetKd.Protocol.Kd;

namespace NetKd.Protocol.Tests;

/// <summary>KD packet headers, checksums and ids.</summary>
public sealed class PacketTests
{
    [Fact]
    public void A_data_header_has_the_layout_of_the_wire()
    {
        byte[] packet = [.. new byte[16], 1, 2, 0xFF];
        PacketHeader.WriteData(packet, PacketType.StateManipulate, 3, 0x80000002);
        Assert.Equal("303030300200030002000080020100000102ff", Convert.ToHexStringLower(packet));
        Assert.Equal(PacketFault.None, PacketHeader.TryRead(packet, out PacketHeader header));
        Assert.True(header.IsData);
        Assert.Equal((PacketType.StateManipulate, (ushort)3, 0x80000002u, 0x102u), (header.Type, header.ByteCount, header.Id, header.Checksum));
    }

    [Fact]
    public void A_control_packet_is_a_header_alone()
    {
        byte[] packet = new byte[16];
        PacketHeader.WriteControl(packet, PacketType.Acknowledge, 0x62);
        Assert.Equal("69696969040000006200000000000000", Convert.ToHexStringLower(packet));
        Assert.Equal(PacketFault.None, PacketHeader.TryRead(packet, out PacketHeader header));
        Assert.False(header.IsData);
    }

    [Theory]
    [InlineData("", PacketFault.Short)]
    [InlineData("303030300200030002000080020100", PacketFault.Short)]
    [InlineData("303030310200030002000080020100000102ff", PacketFault.Leader)]
    [InlineData("303030300200000002000080000000000102ff", PacketFault.ByteCount)]
    [InlineData("69696969040001006200000000000000aa", PacketFault.ByteCount)]
    [InlineData("303030300200ffff02000080020100000102ff", PacketFault.Short)]
    [InlineData("303030300200040002000080020100000102ff", PacketFault.Short)]
    [InlineData("303030300200030002000080030100000102ff", PacketFault.Checksum)]
    public void A_damaged_packet_is_refused_with_the_reason(string hex, PacketFault fault) =>
        Assert.Equal(fault, PacketHeader.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void The_checksum_is_the_plain_sum_of_bytes()
    {
        var random = new Random(3);
        for (int length = 0; length < 3000; length += 17)
        {
            byte[] data = new byte[length];
            random.NextBytes(data);
            if (length % 2 == 0) Array.Fill(data, (byte)0xFF);
            uint sum = 0;
            foreach (byte b in data) sum += b;
            Assert.Equal(sum, Checksum.Of(data));
        }
    }

    [Fact]
    public void Ids_follow_each_dialect()
    {
        Assert.Equal(0x80000002u, PacketIds.NetNext(PacketIds.NetHostInitial));
        Assert.Equal(0u, PacketIds.NetNext(0xFFFFFFFE));
        Assert.Equal(0x80000002u, PacketIds.NetAcknowledgement(0x80000003));
        Assert.Equal(0x80800001u, PacketIds.SerialNext(PacketIds.SerialInitial | PacketIds.SerialSyncBit));
        Assert.Equal(0x80800000u, PacketIds.SerialNext(0x80800001));
        Assert.Equal(0x80800000u, PacketIds.SerialAcknowledgement(0x80800800));
    }

    [Theory]
    [InlineData(2, 0x548)]
    [InlineData(3, 0x548)]
    [InlineData(4, 0x548)]
    [InlineData(5, 0x448)]
    public void Each_version_has_its_limit(byte version, int data) =>
        Assert.Equal(data, PayloadLimits.ManipulateData(PayloadLimits.ForNetVersion(version)));
}
