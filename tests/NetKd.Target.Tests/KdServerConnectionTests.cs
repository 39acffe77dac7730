using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;

namespace NetKd.Target.Tests;

/// <summary>Handshake, authentication, loss and resynchronisation of the target's server.</summary>
public sealed class KdServerConnectionTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    public void Each_version_is_offered_and_negotiated(byte offered, byte used)
    {
        using var target = new HaltedTarget(offered);
        StateChange change = target.ConnectAndTakeState();
        Assert.Equal(offered, target.Host.OfferedVersion);
        Assert.Equal(used, target.Host.Version);
        Assert.Equal(NtStatus.Breakpoint, change.Exception.Code);
        Assert.Equal(target.Machine.ProgramCounter(0), change.ProgramCounter);
        Assert.True(target.Server.IsConnected);
    }

    [Fact]
    public void A_response_to_an_old_poke_is_refused()
    {
        using var target = new HaltedTarget();
        (byte[] poke, ulong sequence) = target.Host.ReceivePoke();
        for (int i = 0; i < 8; i++) target.Host.ReceivePoke();
        target.Host.Respond(poke, sequence);
        Assert.True(target.Host.HearsNothing(100));
        Assert.False(target.Server.IsConnected);
        Assert.Equal(1u, target.Server.Rejected);
    }

    [Fact]
    public void Forged_and_replayed_datagrams_get_no_answer_and_are_counted()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        target.Host.Call(ScriptedHost.NewRequest(ManipulateApi.DbgKdGetVersionApi));
        uint calls = target.Server.Requests.Total;
        byte[] request = ScriptedHost.NewRequest(ManipulateApi.DbgKdGetVersionApi);
        target.Host.SendData(PacketType.StateManipulate, request);
        byte[] genuine = target.Host.LastSent;
        target.Host.ReceiveData(PacketType.StateManipulate);

        Assert.Equal(0u, target.Server.Rejected);
        target.Host.SendRaw(genuine);
        byte[] forged = [.. genuine];
        forged[20] ^= 1;
        target.Host.SendRaw(forged);
        target.Host.SendRaw([1, 2, 3]);
        Assert.True(target.Host.HearsNothing(100));
        Assert.Equal(3u, target.Server.Rejected);
        Assert.Equal(calls + 1, target.Server.Requests.Total);
    }

    [Fact]
    public void A_request_sent_twice_is_executed_once_and_answered_twice()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        byte[] request = ScriptedHost.NewRequest(ManipulateApi.DbgKdGetVersionApi);
        uint id = target.Host.SendData(PacketType.StateManipulate, request);
        TargetPacket first = Reply(target.Host);
        target.Host.SendData(PacketType.StateManipulate, request, id);
        TargetPacket second = Reply(target.Host);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Payload, second.Payload);
        Assert.Equal(1u, target.Server.Requests.Of(ManipulateApi.DbgKdGetVersionApi));
    }

    [Fact]
    public void A_reply_that_nobody_acknowledges_is_sent_again()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        target.Host.SendData(PacketType.StateManipulate, ScriptedHost.NewRequest(ManipulateApi.DbgKdGetVersionApi));
        uint resent = target.Server.Resent;
        TargetPacket first = Reply(target.Host);
        TargetPacket second = Reply(target.Host);
        Assert.Equal(first.Id, second.Id);
        Assert.True(target.Server.Resent > resent);
    }

    [Fact]
    public void Ids_go_up_by_two_and_a_resend_brings_the_same_packet()
    {
        using var target = new HaltedTarget();
        target.Host.Connect();
        TargetPacket state = target.Host.ReceiveData(PacketType.StateChange64);
        Assert.Equal(0u, state.Id);
        target.Host.SendData(PacketType.StateManipulate, ScriptedHost.NewRequest(ManipulateApi.DbgKdGetVersionApi));
        Assert.Equal(2u, Reply(target.Host).Id);
        target.Host.SendControl(PacketType.Resend, 0);
        Assert.Equal(2u, Reply(target.Host).Id);
    }

    [Fact]
    public void A_reset_is_answered_with_the_current_id_and_the_pending_packet()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        target.Host.SendData(PacketType.StateManipulate, ScriptedHost.NewRequest(ManipulateApi.DbgKdGetVersionApi));
        uint id = Reply(target.Host).Id;
        target.Host.SendControl(PacketType.Reset, target.Host.NextId);
        TargetPacket reset;
        do reset = target.Host.Receive();
        while (reset.Type != PacketType.Reset);
        Assert.Equal(id, reset.Id);
        Assert.Equal(id, target.Host.ReceiveData(PacketType.StateManipulate).Id);
    }

    [Fact]
    public void A_damaged_packet_is_asked_for_again()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        byte[] packet = [.. new byte[PacketHeader.Size], .. ScriptedHost.NewRequest(ManipulateApi.DbgKdGetVersionApi)];
        PacketHeader.WriteData(packet, PacketType.StateManipulate, ManipulateHeader.Size, target.Host.NextId);
        packet[^1] ^= 1;
        target.Host.SendBody(packet);
        TargetPacket answer = target.Host.Receive();
        Assert.Equal((PacketType.Resend, false), (answer.Type, answer.IsData));
        Assert.Equal(0u, target.Server.Requests.Total);
    }

    [Fact]
    public async Task A_new_host_takes_a_halted_target_over_and_is_told_its_state()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        target.Host.Call(ScriptedHost.NewRequest(ManipulateApi.DbgKdGetVersionApi));
        ScriptedHost second = target.NewHost();
        second.Connect();
        StateChange change = HaltedTarget.TakeState(second);
        Assert.Equal(NtStatus.Breakpoint, change.Exception.Code);
        byte[] version = second.Call(ScriptedHost.NewRequest(ManipulateApi.DbgKdGetVersionApi));
        Assert.Equal(target.Machine.KernelBase, VersionBlock.Read(version).KernelBase);
        second.Continue(NtStatus.DbgExceptionHandled);
        Assert.Equal(NtStatus.DbgExceptionHandled, await target.Status.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }

    private static TargetPacket Reply(ScriptedHost host)
    {
        while (true)
        {
            TargetPacket packet = host.Receive();
            if (packet.IsData && packet.Type == PacketType.StateManipulate) return packet;
        }
    }
}
