using System.Net.Sockets;
using NetKd.Engine.Events;
using NetKd.Target.Hosting;
using NetKd.Target.Server;
using NetKd.Target.Simulation;

namespace NetKd.Engine.Tests;

/// <summary>A target on a serial line: over TCP, over a Unix-domain socket, and over lines that lose bytes and carry other text.</summary>
public sealed class ComTargetTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"netkd-{Guid.NewGuid():n}.sock");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_attached_to_read_stepped_stopped_and_left(bool unix)
    {
        using SocketSerialChannel channel = unix ? SocketSerialChannel.ListenUnix(_path) : SocketSerialChannel.ListenTcp(0);
        using SimulatedTarget target = Start(channel);
        using Session session = new(unix ? $"com:pipe,port={_path},resets=0,reconnect" : $"com:ipport={channel.Port},port=127.0.0.1");
        Assert.Contains("Opened ", session.Output, StringComparison.Ordinal);
        await session.ReachPromptAsync();
        await UseAsync(session, 256 * 1024);
        session.Client.EndSession(EndSessionKind.ActiveDetach);
        long ticks = target.Ticks;
        Assert.True(SpinWait.SpinUntil(() => target.Ticks > ticks + 2, TimeSpan.FromSeconds(20)), "the target does not run on");
    }

    [Fact]
    public async Task Bulk_reads_use_the_large_packets_of_the_serial_dialect()
    {
        using SocketSerialChannel channel = SocketSerialChannel.ListenTcp(0);
        using SimulatedTarget target = Start(channel);
        using Session session = new($"com:ipport={channel.Port},port=127.0.0.1");
        await session.ReachPromptAsync();
        long before = session.Client.RequestCount;
        byte[] bytes = new byte[64 * 1024];
        Assert.Equal(bytes.Length, session.Client.Virtual.Read(BulkRegion.VirtualBase, bytes));
        Assert.Equal((bytes.Length + 3943) / 3944, session.Client.RequestCount - before);
    }

    [Fact]
    public async Task A_second_debugger_takes_a_stopped_target_up_where_the_first_left_it()
    {
        using SocketSerialChannel channel = SocketSerialChannel.ListenTcp(0);
        using SimulatedTarget target = Start(channel);
        ulong counter;
        using (Session first = new($"com:ipport={channel.Port},port=127.0.0.1"))
        {
            await first.ReachPromptAsync();
            counter = first.Client.Registers.InstructionPointer;
        }

        using Session second = new($"com:ipport={channel.Port},port=127.0.0.1");
        await second.ReachPromptAsync();
        Assert.Equal(counter, second.Client.Registers.InstructionPointer);
    }

    [Fact]
    public async Task Bytes_that_get_lost_and_text_of_others_cost_time_only()
    {
        using SocketSerialChannel channel = SocketSerialChannel.ListenTcp(0);
        using SimulatedTarget target = Start(new NoisySerialChannel(channel, seed: 1));
        using Session session = new($"com:ipport={channel.Port},port=127.0.0.1");
        await session.ReachPromptAsync();
        await UseAsync(session, 128 * 1024);
        Assert.True(session.Client.LinkStatistics!.ResendRequests + session.Client.LinkStatistics.Retransmissions > 0, "nothing was disturbed");
    }

    [Fact]
    public async Task A_restarted_target_is_recognised_and_its_breakpoints_are_put_back()
    {
        using SocketSerialChannel channel = SocketSerialChannel.ListenTcp(0);
        using SimulatedTarget target = Start(channel);
        using Session session = new($"com:ipport={channel.Port},port=127.0.0.1");
        await session.ReachPromptAsync();
        Assert.True(session.Client.Symbols.TryResolve("nt!SimAddToCounter", out ulong place));
        session.Client.Breakpoints.AddCode(place);
        session.Client.Reboot();
        await ReachAsync(session, place);
        Assert.Equal(1, target.Restarts);
        Assert.Contains("The target restarted; connected to it again.", session.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_reconnect_a_virtual_machine_may_come_later_and_come_again()
    {
        using Session session = new($"com:pipe,port={_path},resets=0,reconnect");
        Assert.Contains($"Waiting for pipe {_path}", session.Output, StringComparison.Ordinal);
        Task attached = session.ReachPromptAsync();
        ulong place;
        using (SimulatedTarget first = Start(SocketSerialChannel.ListenUnix(_path)))
        {
            await attached;
            Assert.True(session.Client.Symbols.TryResolve("nt!SimAddToCounter", out place));
            session.Client.Breakpoints.AddCode(place);
            await session.RunAsync(ExecutionStatus.Go);
        }

        using SimulatedTarget second = Start(SocketSerialChannel.ListenUnix(_path));
        await ReachAsync(session, place);
        Assert.Contains("broke (", session.Output, StringComparison.Ordinal);
        Assert.Contains("The target restarted; connected to it again.", session.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_reconnect_a_broken_connection_ends_the_wait_with_the_reason()
    {
        Session session;
        using (SocketSerialChannel channel = SocketSerialChannel.ListenTcp(0))
        using (SimulatedTarget target = Start(channel))
        {
            session = new Session($"com:ipport={channel.Port},port=127.0.0.1");
            await session.ReachPromptAsync();
            session.Client.SetExecutionStatus(ExecutionStatus.Go);
        }

        using (session)
        {
            DebugException lost = await Assert.ThrowsAsync<DebugException>(() => session.WaitAsync());
            Assert.Equal(DebugException.ConnectionLost, lost.HResult);
            Assert.Contains("attach again, or add reconnect", lost.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Resynchronising_at_the_prompt_loses_nothing()
    {
        using SocketSerialChannel channel = SocketSerialChannel.ListenTcp(0);
        using SimulatedTarget target = Start(channel);
        using Session session = new($"com:ipport={channel.Port},port=127.0.0.1");
        await session.ReachPromptAsync();
        session.Client.SetKernelConnectionOptions("resync");
        await UseAsync(session, 8192);
    }

    private static async Task ReachAsync(Session session, ulong place)
    {
        for (int stops = 0; stops < 4; stops++)
        {
            try
            {
                if (session.Client.ExecutionStatus == ExecutionStatus.Break) session.Client.SetExecutionStatus(ExecutionStatus.Go);
                await session.WaitAsync();
                if (session.Client.LastEvent is { Kind: DebugEventKind.Breakpoint } hit && hit.ProgramCounter == place) return;
            }
            catch (TargetRestartedException)
            {
                // It shows in the middle of something: the next wait takes the new boot.
            }
        }

        Assert.Fail($"The breakpoint is not hit any more:\n{session.Output}");
    }

    private static async Task UseAsync(Session session, int length)
    {
        byte[] bytes = new byte[length];
        byte[] expected = new byte[length];
        BulkRegion.Fill(expected, 0);
        Assert.Equal(length, session.Client.Virtual.Read(BulkRegion.VirtualBase, bytes));
        Assert.True(bytes.AsSpan().SequenceEqual(expected), "what was read is not what the target holds");
        Assert.True(session.Client.Symbols.TryResolve("nt!SimAddToCounter", out ulong add));
        Assert.True(session.Client.Symbols.TryResolve("nt!SimCounter", out ulong counter));
        session.Client.Breakpoints.AddCode(add);
        await session.RunAsync(ExecutionStatus.Go);
        session.Client.Breakpoints.Clear();
        Assert.True(session.Client.Virtual.TryReadInteger(counter, 8, out ulong before));
        ulong added = session.Client.Registers.Get("rcx");
        ulong home = session.Client.Stacks.Walk(1)[0].ReturnAddress;
        for (int i = 0; i < 20 && session.Client.Registers.InstructionPointer != home; i++) await session.RunAsync(ExecutionStatus.StepInto);
        Assert.Equal(home, session.Client.Registers.InstructionPointer);
        Assert.True(session.Client.Virtual.TryReadInteger(counter, 8, out ulong after));
        Assert.Equal(before + added, after);
        session.Client.SetExecutionStatus(ExecutionStatus.Go);
        Task stopped = session.WaitAsync();
        session.Client.SetInterrupt(InterruptKind.Active);
        await stopped;
    }

    private static SimulatedTarget Start(SerialChannel channel)
    {
        SimulatedTarget target = new(new SimulatedTargetOptions { DebuggerWait = TimeSpan.FromSeconds(1) }, channel);
        target.Start();
        return target;
    }
}
