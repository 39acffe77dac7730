using NetKd.Engine.Events;
using NetKd.Protocol.Kd;
using NetKd.Target.Simulation;

namespace NetKd.Engine.Tests;

public class AttachTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Attaches_and_stops_at_the_break_in(byte version)
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync(version);
        Assert.Equal(ExecutionStatus.Break, target.Client.ExecutionStatus);
        Assert.Equal(DebugEventKind.Exception, target.Client.LastEvent!.Kind);
        Assert.Equal(NtStatus.Breakpoint, target.Client.LastEvent.Exception.Code);
        Assert.True(target.Client.LastEvent.IsInitial);
        Assert.Equal(KernelLayout.KernelBase, target.Client.Target.KernelBase);
        Assert.Equal(target.Address("nt!DbgBreakPointWithStatus"), target.Client.Registers.InstructionPointer);
        Assert.Equal(1ul, target.Client.Registers.Get("rcx"));
    }

    [Fact]
    public async Task The_first_prompt_costs_at_most_20_requests()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        // What a prompt shows: registers, the name and the code at the program counter.
        _ = target.Client.Registers.InstructionPointer;
        Assert.True(target.Client.Symbols.TryFindNearest(target.Client.Registers.InstructionPointer, out _));
        target.Client.Virtual.Read(target.Client.Registers.InstructionPointer, new byte[16]);
        Assert.InRange(target.Target.Requests.Total, 1u, 20u);
    }

    [Fact]
    public async Task Nothing_is_known_before_the_first_event()
    {
        using DebugClient client = new();
        Assert.Throws<DebugException>(() => client.Virtual.Read(0, new byte[4]));
        Assert.Throws<DebugException>(() => client.GetKernelConnectionOptions());
        await Assert.ThrowsAsync<DebugException>(() => client.WaitForEventAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ExecutionStatus.NoDebuggee, client.ExecutionStatus);
    }

    [Fact]
    public void A_port_in_use_is_one_clear_line()
    {
        int port = FreePort.Udp();
        using DebugClient first = new();
        using DebugClient second = new();
        first.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key=1.2.3.4");
        DebugException refused = Assert.Throws<DebugException>(() => second.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key=1.2.3.4"));
        Assert.Contains($"UDP port {port} is in use", refused.Message, StringComparison.Ordinal);
        Assert.Equal(DebugException.Failed, refused.HResult);
    }

    [Fact]
    public async Task A_wrong_key_is_told_once_and_answered_never()
    {
        using DebuggedTarget target = new(options: new DebugClientOptions());
        int port = FreePort.Udp();
        using DebugClient other = new();
        List<string> lines = [];
        other.Output += (_, e) =>
        {
            lock (lines) lines.Add(e.Text);
        };
        other.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key=5.6.7.8");
        using Target.Hosting.SimulatedTarget stranger = new(new Target.Hosting.SimulatedTargetOptions { Host = System.Net.IPAddress.Loopback, Port = port });
        stranger.Start();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other.WaitForEventAsync(patience.Token));
        string line = Assert.Single(lines, l => l != "Using NET for debugging\n");
        Assert.Contains("failed authentication", line, StringComparison.Ordinal);
        Assert.True(other.LinkStatistics!.RejectedTotal > 1);
        Assert.Equal(0, other.LinkStatistics.DatagramsSent);
        Assert.DoesNotContain("5.6.7.8", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_lets_the_target_run_without_our_breakpoints()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        ulong worker = target.Address("nt!SimAddToCounter");
        target.Client.Breakpoints.AddCode(worker);
        await target.RunAsync(ExecutionStatus.Go);
        long ticks = target.Target.Ticks;
        target.Client.EndSession(EndSessionKind.ActiveDetach);
        Assert.True(SpinWait.SpinUntil(() => target.Target.Ticks > ticks + 2, TimeSpan.FromSeconds(10)), "the target does not run on");
        Assert.Equal(0, target.Target.BreakpointCount);
    }
}
