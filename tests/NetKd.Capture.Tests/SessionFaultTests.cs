using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;

namespace NetKd.Capture.Tests;

/// <summary>What is wrong with a packet is told by its cause, and does not spoil the packets around it.</summary>
public sealed class SessionFaultTests
{
    [Fact]
    public void A_changed_byte_anywhere_is_reported()
    {
        ScriptedSession session = new ScriptedSession().Connect().Call(fromHost: true, 0x80000000, ManipulateApi.DbgKdGetVersionApi);
        byte[] whole = session.Datagrams[^1].Payload.ToArray();
        for (int i = 4; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0x10;
            session.Datagrams[^1] = session.Datagrams[^1] with { Payload = changed };
            Assert.NotEmpty(session.Decode(ScriptedSession.Key)[^1].Faults);
        }
    }

    [Theory]
    [InlineData(0, "replay")]
    [InlineData(1, "checksum")]
    [InlineData(2, "shorter than its header says")]
    [InlineData(3, "no KD packet begins so")]
    [InlineData(4, "claims to come from the host")]
    [InlineData(5, "holds only 60 of its 102 bytes")]
    [InlineData(6, "KDNET version 9")]
    [InlineData(7, "no control packet of the target")]
    public void A_fault_is_told_by_its_cause(int cause, string expected)
    {
        ScriptedSession session = new ScriptedSession().Connect().Call(fromHost: false, 0, ManipulateApi.DbgKdGetVersionApi);
        byte[] packet = new byte[PacketHeader.Size + 4];
        PacketHeader.WriteData(packet, PacketType.DebugIo, 4, 2);
        CapturedDatagram last = session.Datagrams[^1];
        switch (cause)
        {
            case 0:
                session.Add(fromHost: false, last.Payload.ToArray());
                break;
            case 1:
                packet[^1] = 1;
                session.Data(fromHost: false, packet);
                break;
            case 2:
                packet[6] = 200;
                session.Data(fromHost: false, packet);
                break;
            case 3:
                packet[0] = 0x31;
                session.Data(fromHost: false, packet);
                break;
            case 4:
                session.Data(fromHost: true, packet);
                session.Datagrams[^1] = session.Datagrams[^1] with { Source = session.Target, Destination = session.Host };
                break;
            case 5:
                session.Add(fromHost: false, last.Payload.ToArray()[..60], wireLength: 102);
                break;
            case 6:
                session.Add(fromHost: false, [.. "MDBG"u8, 9, .. last.Payload.ToArray()[5..]]);
                break;
            default:
                DatagramCipher control = new();
                ChannelKeys.LoadControl(control, ScriptedSession.Key);
                byte[] odd = new byte[DatagramCodec.MaxSize];
                session.Add(fromHost: false, odd[..DatagramCodec.Seal(control, odd, 20, 4, control: true, fromHost: false, 9)]);
                break;
        }

        List<DecodedPacket> packets = session.Decode(ScriptedSession.Key);
        Assert.All(packets.Take(4), packet => Assert.Empty(packet.Faults));
        Assert.Contains(packets[^1].Faults, fault => fault.Contains(expected, StringComparison.Ordinal));
        Assert.Contains(" ** ", PacketLine.Format(packets[^1], 0), StringComparison.Ordinal);
    }
}
