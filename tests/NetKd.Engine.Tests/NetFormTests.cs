using System.Net;
using System.Net.Sockets;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;

namespace NetKd.Engine.Tests;

/// <summary>
/// The rows of the table of net: strings in the facts (kdnet-wire, section 7): what each form opens, says and connects to. Where NetKd
/// differs from the engine that was measured, the test's name says how.
/// </summary>
public class NetFormTests
{
    private const string KeyString = "1.2.3.4";

    [Fact]
    public void Blanks_around_the_text_are_passed_over_where_the_measured_engine_refuses_them()
    {
        using Session session = new($" net:port={FreePort.Udp()}, key={KeyString}");
        Assert.Contains("UDP port", session.Client.LinkDescription, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "127.0.0.1")]
    [InlineData("", "::1")]
    [InlineData(",target=", "127.0.0.1")]
    [InlineData(",target=0.0.0.0", "127.0.0.1")]
    [InlineData(",target=::", "::1")]
    public async Task A_listening_form_takes_the_target_that_pokes(string target, string host)
    {
        int port = FreePort.Udp();
        using Session session = new($"net:port={port},key={KeyString}{target}");
        using SimulatedTarget machine = Start(new SimulatedTargetOptions { Host = IPAddress.Parse(host), Port = port });
        await session.ReachPromptAsync();
        Assert.Contains($"Connected to target {host} on port {port}", session.Output, StringComparison.Ordinal);
        Assert.Equal($"net:port={port},key={KeyString}{target}", session.Client.GetKernelConnectionOptions());
    }

    [Theory]
    [InlineData("127.0.0.1", "Using IPv4 only.", 4)]
    [InlineData("::1", "Using IPv6 only.", 5)]
    [InlineData("localhost", null, 2)]
    public async Task The_debugger_goes_to_a_target_that_knows_no_host(string target, string? says, byte version)
    {
        int port = FreePort.Udp();
        using SimulatedTarget machine = Start(new SimulatedTargetOptions { Host = null, Port = port, ProtocolVersion = version, DebuggerWait = TimeSpan.FromSeconds(20) });
        using Session session = new($"net:port={port},key={KeyString},target={target}");
        await session.ReachPromptAsync();
        if (says is not null) Assert.Contains(says, session.Output, StringComparison.Ordinal);
        else Assert.DoesNotContain(" only.", session.Output, StringComparison.Ordinal);
        byte[] bytes = new byte[4096];
        Assert.Equal(bytes.Length, session.Client.Virtual.Read(session.Client.Target.KernelBase, bytes));
    }

    [Fact]
    public async Task Going_to_a_target_takes_it_over_from_another_debugger()
    {
        int port = FreePort.Udp();
        using SimulatedTarget machine = Start(new SimulatedTargetOptions { Host = null, Port = port, DebuggerWait = TimeSpan.FromSeconds(20) });
        using Session first = new($"net:port={port},key={KeyString},target=127.0.0.1");
        await first.ReachPromptAsync();
        first.Client.SetExecutionStatus(ExecutionStatus.Go);
        using CancellationTokenSource left = new();
        Task waiting = first.Client.WaitForEventAsync(left.Token);
        using Session second = new($"net:port={port},key={KeyString},target=127.0.0.1");
        await second.ReachPromptAsync();
        Assert.True(second.Client.Virtual.TryReadInteger(second.Client.Target.KernelBase, 2, out ulong magic));
        Assert.Equal(0x5A4Dul, magic);
        Assert.False(waiting.IsCompleted);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_target_without_a_configured_host_is_found_again_after_its_restart()
    {
        int port = FreePort.Udp();
        using Session session = new($"net:port={port},key={KeyString},target=127.0.0.1");
        using (SimulatedTarget machine = Start(new SimulatedTargetOptions { Host = null, Port = port, DebuggerWait = TimeSpan.FromSeconds(30) }))
        {
            await session.ReachPromptAsync();
            session.Client.SetExecutionStatus(ExecutionStatus.Go);
        }

        using SimulatedTarget again = Start(new SimulatedTargetOptions { Host = null, Port = port, DebuggerWait = TimeSpan.FromSeconds(30) });
        await session.WaitAsync();
        Assert.Contains("The target restarted; connected to it again.", session.Output, StringComparison.Ordinal);
        Assert.Equal(ExecutionStatus.Break, session.Client.ExecutionStatus);
    }

    [Theory]
    [InlineData(",target=0.0.0.0", "::1", "IPv6 is not listened to: a target whose hostipv6 is set talks IPv6 only")]
    [InlineData(",target=::", "127.0.0.1", "IPv4 is not listened to: a target whose hostip is set talks IPv4 only")]
    public async Task A_target_of_the_other_family_does_not_connect_and_the_wait_says_which_is_not_heard(string target, string host, string says)
    {
        int port = FreePort.Udp();
        using Session session = new($"net:port={port},key={KeyString}{target}");
        using SimulatedTarget machine = Start(new SimulatedTargetOptions { Host = IPAddress.Parse(host), Port = port });
        Assert.True(SpinWait.SpinUntil(() => machine.Pokes > 3, TimeSpan.FromSeconds(10)));
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Client.WaitForEventAsync(patience.Token));
        Assert.Contains(says, session.Client.WhyNotConnected, StringComparison.Ordinal);
        Assert.False(machine.IsConnected);
    }

    [Theory]
    [InlineData("no.such.host.invalid", "the name no.such.host.invalid has no address")]
    [InlineData("127.0.0.1", "no answer from target=127.0.0.1")]
    [InlineData("255.255.255.255", "no answer from target=255.255.255.255")]
    public async Task A_target_that_cannot_be_reached_is_explained(string target, string says)
    {
        using Session session = new($"net:port={FreePort.Udp()},key={KeyString},target={target}");
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Client.WaitForEventAsync(patience.Token));
        Assert.Contains(says, session.Client.WhyNotConnected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_the_explanation()
    {
        int port = FreePort.Udp();
        using Session session = new($"net:port={port},key=5.6.7.8");
        using SimulatedTarget machine = Start(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port });
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Client.WaitForEventAsync(patience.Token));
        Assert.Contains("datagrams from 127.0.0.1 fail authentication", session.Client.WhyNotConnected, StringComparison.Ordinal);
        Assert.DoesNotContain("5.6.7.8", session.Client.WhyNotConnected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net:port=50000")]
    [InlineData("net:port=50000,key=")]
    public void Without_a_key_the_connection_is_refused_unless_it_is_asked_for(string text)
    {
        using DebugClient client = new();
        DebugException refused = Assert.Throws<DebugException>(() => client.AttachKernel(AttachKernelFlags.KernelConnection, text));
        Assert.Equal(DebugException.InvalidArgument, refused.HResult);
        Assert.Contains("--allow-unencrypted", refused.Message, StringComparison.Ordinal);
        Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(() => client.GetKernelConnectionOptions()).HResult);
    }

    [Fact]
    public async Task With_consent_an_unencrypted_target_is_debugged_with_a_warning()
    {
        int port = FreePort.Udp();
        using Session session = new($"net:port={port}", new DebugClientOptions { InitialBreak = true, AllowUnencrypted = true });
        using SimulatedTarget machine = Start(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, IsUnencrypted = true });
        await session.ReachPromptAsync();
        Assert.Contains("WITHOUT encryption", session.Output, StringComparison.Ordinal);
        byte[] bytes = new byte[16 * 1024];
        Assert.Equal(bytes.Length, session.Client.Virtual.Read(session.Client.Target.KernelBase, bytes));
        ulong counter = session.Client.Registers.InstructionPointer;
        session.Client.SetExecutionStatus(ExecutionStatus.StepInto);
        await session.WaitAsync();
        Assert.NotEqual(counter, session.Client.Registers.InstructionPointer);
        session.Client.SetExecutionStatus(ExecutionStatus.Go);
        Task stop = session.WaitAsync();
        session.Client.SetInterrupt(InterruptKind.Active);
        await stop;
    }

    [Fact]
    public async Task An_encrypting_target_is_told_from_an_unencrypted_one()
    {
        int port = FreePort.Udp();
        using Session session = new($"net:port={port}", new DebugClientOptions { AllowUnencrypted = true });
        using SimulatedTarget machine = Start(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port });
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Client.WaitForEventAsync(patience.Token));
        Assert.Contains("is sending encrypted packets.  Please set the correct encryption key.", session.Output, StringComparison.Ordinal);
        Assert.False(session.Client.IsConnected);
    }

    [Fact]
    public void A_port_held_by_another_debugger_is_refused_with_its_holder()
    {
        int port = FreePort.Udp();
        using Session first = new($"net:port={port},key={KeyString}");
        using DebugClient second = new();
        DebugException refused = Assert.Throws<DebugException>(() => second.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key={KeyString}"));
        Assert.Equal(DebugException.Failed, refused.HResult);
        Assert.Contains($"UDP port {port} is in use by", refused.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) Assert.Contains($"process {Environment.ProcessId} (", refused.Message, StringComparison.Ordinal);
        Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(() => second.GetKernelConnectionOptions()).HResult);
    }

    [Fact]
    public async Task A_port_taken_on_IPv6_only_is_used_on_IPv4_with_a_warning()
    {
        int port = FreePort.Udp();
        using Socket other = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = false };
        other.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        using Session session = new($"net:port={port},key={KeyString}");
        Assert.Contains("Will attempt to connect on IPv4 only.", session.Output, StringComparison.Ordinal);
        using SimulatedTarget machine = Start(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port });
        await session.ReachPromptAsync();
    }

    [Fact]
    public void A_free_port_outside_the_documented_range_works_with_a_warning()
    {
        using Session session = new($"net:port=5365,key={KeyString}");
        Assert.Contains("WARNING: UDP port 5365 is outside the range documented for KDNET", session.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_port_it_is_the_registered_one()
    {
        using Session session = new($"net:key={KeyString}");
        Assert.Contains("UDP port 5364", session.Client.LinkDescription, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", session.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net:port=,key=1.2.3.4")]
    [InlineData("net:port=abc,key=1.2.3.4")]
    [InlineData("net:port=65536,key=1.2.3.4")]
    [InlineData("net:port=0xC350,key=1.2.3.4")]
    [InlineData("net:port=0,key=1.2.3.4")]
    [InlineData("net:port=-1,key=1.2.3.4")]
    [InlineData("net:port=50000;key=1.2.3.4")]
    [InlineData("net:port=50000,key=1.2.3")]
    [InlineData("net:port=50000,key=1.2.3.4,bogus")]
    [InlineData("net:port=50000,key=1.2.3.4,hostip=1.2.3.4")]
    [InlineData("net:port=50000,key=1.2.3.4,resets=0")]
    [InlineData("net:port=50000,key=1.2.3.4,reconnect")]
    [InlineData("net:port=50000,key=1.2.3.4,initialbreak")]
    [InlineData("net:port=50000,key=1.2.3.4,nodhcp")]
    [InlineData("net:port=50000,key=1.2.3.4,busparams=0.25.0")]
    [InlineData("net")]
    [InlineData("com")]
    [InlineData("com1")]
    [InlineData("foo")]
    [InlineData("foo:bar")]
    [InlineData(",")]
    [InlineData("dbgout")]
    [InlineData("kdsrv:")]
    [InlineData("usb3:targetname=x")]
    [InlineData(":")]
    [InlineData("local")]
    [InlineData("usb:targetname=x")]
    [InlineData("1394:channel=9")]
    [InlineData("kdsrv:server=@{tcp:server=127.0.0.1,port=1},trans=@{com:port=com1}")]
    [InlineData("exdi:CLSID={29f9906e-9dbe-4d4b-b0fb-6acf7fb6d014},Kd=Guess")]
    public void What_is_no_connection_is_an_invalid_argument_not_a_guess(string text)
    {
        using DebugClient client = new();
        Assert.Equal(DebugException.InvalidArgument, Assert.Throws<DebugException>(() => client.AttachKernel(AttachKernelFlags.KernelConnection, text)).HResult);
        Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(() => client.GetKernelConnectionOptions()).HResult);
    }

    [Fact]
    public void Options_of_an_eXDI_driver_that_name_no_stub_are_refused()
    {
        using DebugClient client = new();
        DebugException refusal = Assert.Throws<DebugException>(() => client.AttachKernel(AttachKernelFlags.ExdiDriver, "net:port=50000,key=1.2.3.4"));
        Assert.Equal(DebugException.InvalidArgument, refusal.HResult);
    }

    [Fact]
    public async Task A_target_that_moves_to_another_address_goes_on_with_its_session()
    {
        int port = FreePort.Udp();
        using Session session = new($"net:port={port},key={KeyString}");
        using MovablePort network = new(port);
        KeyText.TryParse(KeyString, out KdNetKey key, out _);
        using SimulatedTarget machine = new(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, Key = key }, network);
        machine.Start();
        await session.ReachPromptAsync();
        session.Client.SetExecutionStatus(ExecutionStatus.Go);
        Task stop = session.WaitAsync();
        network.Move(IPAddress.Parse("127.0.0.2"));
        Assert.True(SpinWait.SpinUntil(() => session.Output.Contains("Connected to target 127.0.0.2", StringComparison.Ordinal), TimeSpan.FromSeconds(20)));
        session.Client.SetInterrupt(InterruptKind.Active);
        await stop;
        Assert.True(session.Client.Virtual.TryReadInteger(session.Client.Target.KernelBase, 2, out _));
        Assert.DoesNotContain("restarted", session.Output, StringComparison.Ordinal);
    }

    private static SimulatedTarget Start(SimulatedTargetOptions options)
    {
        KeyText.TryParse(KeyString, out KdNetKey key, out _);
        SimulatedTarget target = new(options with { Key = key });
        target.Start();
        return target;
    }
}
