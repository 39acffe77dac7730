using System.Buffers.Binary;
using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;

namespace NetKd.Capture.Tests;

public sealed class SessionDecoderTests
{
    [Fact]
    public void A_session_reads_as_lines()
    {
        ScriptedSession session = new ScriptedSession().Connect();
        session.ControlPacket(fromHost: true, PacketType.Resend, 0)
            .Data(fromHost: true, [PacketHeader.BreakInByte])
            .Packet(fromHost: false, PacketType.DebugIo, 0, DebugIoBytes("boot\x1b[2J\n"))
            .ControlPacket(fromHost: true, PacketType.Acknowledge, 0)
            .Call(fromHost: true, 0x80000000, ManipulateApi.DbgKdReadVirtualMemoryApi, Memory(0xFFFFF80312345678, 0x80, 0))
            .Call(fromHost: true, 0x80000000, ManipulateApi.DbgKdReadVirtualMemoryApi, Memory(0xFFFFF80312345678, 0x80, 0))
            .Skip(fromHost: false, 2)
            .Call(fromHost: false, 2, ManipulateApi.DbgKdReadVirtualMemoryApi, Memory(0xFFFFF80312345678, 0x80, 0x10), new byte[0x10]);
        Assert.Equal(
        [
            "     1     0.000000 T1>host   control v4 #1    Poke nonce 101 booted 2024-03-09T14:05:59 target 10.0.0.2:50001 configured-host 10.0.0.1:50000",
            "     2     0.001000 host>T1   control v4 #1    PokeResponse answers-frame 1",
            "     3     0.002000 T1>host   data    v4 #1    ConnectionCheck host 10.0.0.1",
            "     4     0.003000 host>T1   data    v4 #1    Resend 00000000",
            "     5     0.004000 host>T1   data    v4 #2    BreakIn",
            "     6     0.005000 T1>host   data    v4 #2    DebugIo 00000000 print \"boot\\x1b[2J\\n\"",
            "     7     0.006000 host>T1   data    v4 #3    Acknowledge 00000000",
            "     8     0.007000 host>T1   data    v4 #4    StateManipulate 80000000 DbgKdReadVirtualMemoryApi address fffff80312345678 count 0x80",
            "     9     0.008000 host>T1   data    v4 #5    StateManipulate 80000000 DbgKdReadVirtualMemoryApi address fffff80312345678 count 0x80 (repeated)",
            "    10     0.009000 T1>host   data    v4 #5    StateManipulate 00000002 DbgKdReadVirtualMemoryApi address fffff80312345678 count 0x80 actual 0x10 (2 before it not captured)",
        ], session.Lines());
        Assert.Equal(2_000_000, session.Decode(ScriptedSession.Key)[^1].ReplyTime);
    }

    [Fact]
    public void A_reply_of_8_KiB_is_recorded_and_read()
    {
        const int Size = 8 * 1024;
        ScriptedSession session = new ScriptedSession().Connect()
            .Call(fromHost: false, 0, ManipulateApi.DbgKdReadVirtualMemoryApi, Memory(0xFFFFF80312345000, Size, Size), new byte[Size]);
        using MemoryStream file = new();
        using (CaptureWriter writer = new(file))
        {
            foreach (CapturedDatagram datagram in session.Datagrams) writer.Write(datagram.Time, datagram.Source, datagram.Destination, datagram.Payload.Span);
        }

        DatagramReader reader = new(new MemoryStream(file.ToArray()));
        using SessionDecoder decoder = new(ScriptedSession.Key);
        DecodedPacket? last = null;
        while (reader.TryRead(out CapturedDatagram datagram)) last = decoder.Decode(datagram);
        Assert.Empty(last!.Faults);
        Assert.EndsWith("count 0x2000 actual 0x2000", PacketLine.Format(last, 0), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_call_says_what_it_asks_and_what_it_got()
    {
        ScriptedSession session = new ScriptedSession().Connect();
        uint id = 0x80000000;
        void Both(ManipulateApi api, Action<byte[]> union, byte[]? more = null, uint status = 0)
        {
            session.Call(fromHost: true, id, api, union, more).Call(fromHost: false, id & 0xFFFF, api, union, status: status);
            id += 2;
        }

        Both(ManipulateApi.DbgKdReadControlSpaceApi, Memory(2, 0xE0, 0xE0));
        Both(ManipulateApi.DbgKdWriteBreakPointApi, union =>
        {
            ManipulateUnion.WriteUInt64(union, ManipulateUnion.BreakPointAddress, 0xFFFFF80000001000);
            ManipulateUnion.WriteUInt32(union, ManipulateUnion.BreakPointHandle, 3);
        });
        Both(ManipulateApi.DbgKdRestoreBreakPointApi, union => ManipulateUnion.WriteUInt32(union, ManipulateUnion.RestoreHandle, 3), status: NtStatus.Unsuccessful);
        Both(ManipulateApi.DbgKdReadMachineSpecificRegister, union =>
        {
            ManipulateUnion.WriteUInt32(union, ManipulateUnion.Msr, 0xC0000082);
            ManipulateUnion.WriteUInt32(union, ManipulateUnion.MsrLow, 0x12201150);
            ManipulateUnion.WriteUInt32(union, ManipulateUnion.MsrHigh, 0xFFFFF803);
        });
        Both(ManipulateApi.DbgKdReadIoSpaceApi, union =>
        {
            ManipulateUnion.WriteUInt64(union, ManipulateUnion.IoAddress, 0x3F8);
            ManipulateUnion.WriteUInt32(union, ManipulateUnion.IoSize, 1);
            ManipulateUnion.WriteUInt32(union, ManipulateUnion.IoValue, 0x61);
        });
        Both(ManipulateApi.DbgKdSearchMemoryApi, union =>
        {
            ManipulateUnion.WriteUInt64(union, ManipulateUnion.SearchAddress, 0xFFFFF80000002000);
            ManipulateUnion.WriteUInt64(union, ManipulateUnion.SearchLength, 0x1000);
        }, more: [0x4D, 0x5A]);
        Both(ManipulateApi.DbgKdGetContextExApi, union => ManipulateUnion.WriteUInt32(union, ManipulateUnion.ContextExByteCount, 0x4D0));
        Both((ManipulateApi)0x31AA, _ => { });
        session.Call(fromHost: true, id, ManipulateApi.DbgKdContinueApi2, union =>
        {
            ManipulateUnion.WriteUInt32(union, ManipulateUnion.ContinueStatus, NtStatus.DbgExceptionHandled);
            ManipulateUnion.WriteUInt32(union, ManipulateUnion.ContinueTraceFlag, 1);
        });
        Assert.Equal(
        [
            "StateManipulate 80000000 DbgKdReadControlSpaceApi set 2 (special registers) count 0xe0",
            "StateManipulate 00000000 DbgKdReadControlSpaceApi set 2 (special registers) count 0xe0 actual 0xe0",
            "StateManipulate 80000002 DbgKdWriteBreakPointApi address fffff80000001000",
            "StateManipulate 00000002 DbgKdWriteBreakPointApi address fffff80000001000 handle 0x3",
            "StateManipulate 80000004 DbgKdRestoreBreakPointApi handle 0x3",
            "StateManipulate 00000004 DbgKdRestoreBreakPointApi handle 0x3 status c0000001 STATUS_UNSUCCESSFUL",
            "StateManipulate 80000006 DbgKdReadMachineSpecificRegister msr 0xc0000082",
            "StateManipulate 00000006 DbgKdReadMachineSpecificRegister msr 0xc0000082 value fffff80312201150",
            "StateManipulate 80000008 DbgKdReadIoSpaceApi port 0x3f8 size 0x1",
            "StateManipulate 00000008 DbgKdReadIoSpaceApi port 0x3f8 size 0x1 value 0x61",
            "StateManipulate 8000000a DbgKdSearchMemoryApi address fffff80000002000 length 0x1000 pattern 4d5a",
            "StateManipulate 0000000a DbgKdSearchMemoryApi found fffff80000002000",
            "StateManipulate 8000000c DbgKdGetContextExApi offset 0x0 count 0x4d0",
            "StateManipulate 0000000c DbgKdGetContextExApi offset 0x0 count 0x4d0 copied 0x0",
            "StateManipulate 8000000e call 31aa",
            "StateManipulate 0000000e call 31aa",
            "StateManipulate 80000010 DbgKdContinueApi2 status 00010001 DBG_EXCEPTION_HANDLED trace 1",
        ], Tails(session));
    }

    [Fact]
    public void State_changes_and_file_requests_are_told_in_words()
    {
        ScriptedSession session = new ScriptedSession().Connect();
        StateChange stop = default;
        stop.Kind = StateChangeKind.Exception;
        stop.ProcessorCount = 2;
        stop.Processor = 1;
        stop.ProgramCounter = 0xFFFFF80312201100;
        stop.Exception.Code = NtStatus.Breakpoint;
        stop.Exception.FirstChance = true;
        StateChange load = default;
        load.Kind = StateChangeKind.LoadSymbols;
        load.LoadSymbols.Base = 0xFFFFF80312200000;
        load.LoadSymbols.SizeOfImage = 0xA000;
        load.LoadSymbols.PathNameLength = 8;
        StateChange end = load;
        end.LoadSymbols.Unload = true;
        end.LoadSymbols.Base = LoadSymbolsRecord.ShutdownBase;
        byte[] create = [.. new byte[FileIo.Size], .. System.Text.Encoding.Unicode.GetBytes("\\a.sys")];
        BinaryPrimitives.WriteUInt32LittleEndian(create, FileIo.CreateFile);
        session.Packet(fromHost: false, PacketType.StateChange64, 0, StateChangeBytes(stop))
            .Packet(fromHost: false, PacketType.StateChange64, 2, [.. StateChangeBytes(load), .. "hal.dll\0"u8])
            .Packet(fromHost: false, PacketType.StateChange64, 4, StateChangeBytes(end))
            .Packet(fromHost: false, PacketType.FileIo, 6, create);
        Assert.Equal(
        [
            "StateChange64 00000000 kind Exception code 80000003 STATUS_BREAKPOINT chance first pc fffff80312201100 processor 1",
            "StateChange64 00000002 kind LoadSymbols event load module \"hal.dll\" base fffff80312200000 size 0xa000",
            "StateChange64 00000004 kind LoadSymbols event shutdown or restart",
            "FileIo 00000006 call create file \"\\a.sys\"",
        ], Tails(session));
    }

    [Fact]
    public void Targets_and_new_keys_do_not_mix()
    {
        List<CapturedDatagram> wire = [];
        ScriptedSession first = new() { Datagrams = wire };
        ScriptedSession second = new() { Datagrams = wire, Target = PeerAddress.FromIPv4(0x0A000003, 50001), Version = 5 };
        ScriptedSession third = new() { Datagrams = wire, Host = PeerAddress.FromIPv4(0x0A000001, 50002) };
        byte[] text = DebugIoBytes("x");
        first.Connect();
        second.SendPoke().Respond(2).Check();
        third.SendPoke().Respond(3).Check();
        first.Packet(fromHost: false, PacketType.DebugIo, 0, text);
        second.Packet(fromHost: false, PacketType.DebugIo, 0, text);
        third.Packet(fromHost: false, PacketType.DebugIo, 0, text);
        // A new key that the target does not take up at once: the old one goes on until the check.
        first.SendPoke();
        ScriptedSession renewed = new() { Datagrams = wire };
        renewed.SendPoke().Respond(9);
        first.Packet(fromHost: false, PacketType.DebugIo, 2, text);
        renewed.Check().Packet(fromHost: false, PacketType.DebugIo, 4, text);
        // The target's address translation gives it another port, and later another address.
        renewed.Target = PeerAddress.FromIPv4(0x0A000002, 61000);
        renewed.Packet(fromHost: false, PacketType.DebugIo, 6, text);
        renewed.Target = PeerAddress.FromIPv4(0x0A000009, 61000);
        renewed.Packet(fromHost: false, PacketType.DebugIo, 8, text);

        using SessionDecoder decoder = new(ScriptedSession.Key);
        List<DecodedPacket> packets = first.Decode(decoder);
        Assert.Equal(wire.Count, packets.Count);
        Assert.All(packets, packet => Assert.Empty(packet.Faults));
        Assert.Equal([1, 1, 1, 2, 2, 2, 3, 3, 3, 1, 2, 3, 1, 1, 1, 1, 1, 1, 1, 4], packets.Select(packet => packet.Conversation.Number));
        Assert.Equal(5, decoder.Conversations[1].Version);
    }

    [Fact]
    public void Every_target_can_have_a_key_of_its_own()
    {
        ScriptedSession session = new ScriptedSession().Connect();
        Assert.All(session.Decode(ScriptedSession.Parse("a.b.c.d"), ScriptedSession.Key), packet => Assert.Empty(packet.Faults));
        List<DecodedPacket> wrong = session.Decode(ScriptedSession.Parse("a.b.c.d"));
        Assert.All(wrong, packet => Assert.Single(packet.Faults));
        Assert.Contains("HMAC", wrong[0].Faults[0], StringComparison.Ordinal);
        Assert.Contains("no poke response", wrong[2].Faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_key_it_is_told_who_pokes_whom()
    {
        ScriptedSession session = new() { Version = 5 };
        session.SendPoke().SendPoke().SendPoke().Respond().Check().Data(fromHost: true, [PacketHeader.BreakInByte]);
        using SessionDecoder decoder = new();
        List<DecodedPacket> packets = session.Decode(decoder);
        Assert.Equal([PacketContent.Poke, PacketContent.Poke, PacketContent.Poke, PacketContent.PokeResponse, PacketContent.Encrypted, PacketContent.Encrypted],
            packets.Select(packet => packet.Content));
        Assert.All(packets, packet => Assert.Empty(packet.Faults));
        StringWriter text = new();
        ConversationText.Write(text, Assert.Single(decoder.Conversations));
        Assert.Equal(
            "T1: target 10.0.0.2:50001, host 10.0.0.1:50000, KDNET version 5\n    3 pokes (every 1 ms), 1 response, data 1 to the host, 1 to the target\n",
            text.ToString());
    }

    [Fact]
    public void A_session_without_encryption_is_recognised()
    {
        ScriptedSession session = new();
        byte[] packet = new byte[PacketHeader.Size + ManipulateHeader.Size];
        ScriptedSession.Manipulate(ManipulateApi.DbgKdGetVersionApi).CopyTo(packet, PacketHeader.Size);
        PacketHeader.WriteData(packet, PacketType.StateManipulate, ManipulateHeader.Size, 0x80000000);
        byte[] acknowledge = new byte[PacketHeader.Size];
        PacketHeader.WriteControl(acknowledge, PacketType.Acknowledge, 0x80000000);
        session.Add(fromHost: false, "something else"u8.ToArray())
            .Add(fromHost: true, packet)
            .Add(fromHost: false, acknowledge)
            .Add(fromHost: true, [PacketHeader.BreakInByte])
            .Add(fromHost: false, [1, 2, 3]);
        List<DecodedPacket> packets = session.Decode();
        Assert.Equal(
        [
            "     2     0.001000 host>T1   plain            StateManipulate 80000000 DbgKdGetVersionApi",
            "     3     0.002000 T1>host   plain            Acknowledge 80000000",
            "     4     0.003000 host>T1   plain            BreakIn",
            "     5     0.004000 T1>host   plain            Unknown ** the KD packet is shorter than its header says",
        ], packets.Select(p => PacketLine.Format(p, ScriptedSession.Start)));
    }

    [Fact]
    public void Forged_pairs_are_bounded()
    {
        ScriptedSession session = new ScriptedSession().SendPoke();
        CapturedDatagram poke = session.Datagrams[0];
        using SessionDecoder decoder = new();
        for (uint i = 0; i < SessionDecoder.MaxConversations + 5; i++)
            decoder.Decode(poke with { Source = PeerAddress.FromIPv4(0x0A010000 + i, 1) });
        Assert.Equal(SessionDecoder.MaxConversations, decoder.Conversations.Count);
        Assert.Equal(5, decoder.NotFollowed);
    }

    [Fact]
    public void Statistics_count_kinds_repetitions_and_reply_times()
    {
        ScriptedSession session = new ScriptedSession().Connect();
        session.Call(fromHost: true, 0x80000000, ManipulateApi.DbgKdGetVersionApi)
            .Call(fromHost: true, 0x80000000, ManipulateApi.DbgKdGetVersionApi)
            .Call(fromHost: false, 0, ManipulateApi.DbgKdGetVersionApi)
            .Call(fromHost: false, 0, ManipulateApi.DbgKdGetVersionApi)
            .Call(fromHost: true, 0x80000002, ManipulateApi.DbgKdGetVersionApi)
            .Call(fromHost: false, 2, ManipulateApi.DbgKdGetVersionApi);
        SessionStatistics statistics = new();
        foreach (DecodedPacket packet in session.Decode(ScriptedSession.Key)) statistics.Add(packet);
        Assert.Equal((9, 0, 2), (statistics.Packets, statistics.Faulty, statistics.Retransmissions));
        Assert.Equal(new PacketKindCount("StateManipulate DbgKdGetVersionApi", 3, 3, 0), statistics.Kinds[0]);
        Assert.Equal([new ReplyTimes("DbgKdGetVersionApi", 2, 1_000_000, 2_000_000)], statistics.ReplyTimes);
    }

    private static string[] Tails(ScriptedSession session) => [.. session.Lines().Skip(3).Select(line => line[47..].TrimStart())];

    private static Action<byte[]> Memory(ulong address, uint count, uint actual) => union =>
    {
        ManipulateUnion.WriteUInt64(union, ManipulateUnion.MemoryAddress, address);
        ManipulateUnion.WriteUInt32(union, ManipulateUnion.MemoryCount, count);
        ManipulateUnion.WriteUInt32(union, ManipulateUnion.MemoryActual, actual);
    };

    private static byte[] DebugIoBytes(string text)
    {
        DebugIo io = default;
        io.Api = DebugIo.PrintString;
        io.TextLength = (uint)text.Length;
        byte[] payload = new byte[DebugIo.HeaderSize + text.Length];
        io.Write(payload);
        System.Text.Encoding.Latin1.GetBytes(text).CopyTo(payload, DebugIo.HeaderSize);
        return payload;
    }

    private static byte[] StateChangeBytes(StateChange change)
    {
        byte[] payload = new byte[StateChange.Size];
        change.Write(payload);
        return payload;
    }
}
