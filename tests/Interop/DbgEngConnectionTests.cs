using System.Net;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;

namespace NetKd.Interop;

/// <summary>Microsoft's engine comes to our targets on every way that the facts measured (kdnet-wire, sections 6 and 7).</summary>
public sealed class DbgEngConnectionTests
{
    private const string Key = "1.2.3.4";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly string[] s_session = ["@initial-break", "@wait", "@options", "r rip", "lm", "t", "@interrupt 300", "g", "@detach"];

    [Theory]
    [InlineData("127.0.0.1", 4)]
    [InlineData("::1", 4)]
    [InlineData("::1", 5)]
    public async Task It_listens_and_our_target_pokes_it(string host, byte version)
    {
        int port = FreePort.Udp();
        using SimulatedTarget target = Start(new SimulatedTargetOptions { Host = IPAddress.Parse(host), Port = port, ProtocolVersion = version });
        DbgEngSession session = await DbgEngHost.RunAsync($"net:port={port},key={Key}", s_limit, s_session);
        HasDebugged(session, target);
    }

    [Theory]
    [InlineData("127.0.0.1", 2)]
    [InlineData("::1", 5)]
    public async Task It_goes_to_our_target_that_knows_no_host(string address, byte version)
    {
        int port = FreePort.Udp();
        using SimulatedTarget target = Start(new SimulatedTargetOptions { Host = null, Port = port, ProtocolVersion = version, DebuggerWait = TimeSpan.FromSeconds(60) });
        DbgEngSession session = await DbgEngHost.RunAsync($"net:port={port},key={Key},target={address}", s_limit, s_session);
        HasDebugged(session, target);
        session.Shows("@options", $"Target={address}");
    }

    [Fact]
    public async Task It_debugs_our_target_without_a_key()
    {
        int port = FreePort.Udp();
        using SimulatedTarget target = Start(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, IsUnencrypted = true });
        DbgEngSession session = await DbgEngHost.RunAsync($"net:port={port}", s_limit, s_session);
        HasDebugged(session, target);
    }

    [Fact]
    public async Task It_calls_our_target_by_TCP_on_a_serial_line()
    {
        using SocketSerialChannel channel = SocketSerialChannel.ListenTcp(0);
        using SimulatedTarget target = new(new SimulatedTargetOptions { DebuggerWait = TimeSpan.FromSeconds(60) }, channel);
        target.Start();
        DbgEngSession session = await DbgEngHost.RunAsync($"com:ipport={channel.Port},port=127.0.0.1", TimeSpan.FromSeconds(90), s_session);
        HasDebugged(session, target);
        session.Shows("@options", $"IpPort={channel.Port}");
    }

    private static void HasDebugged(DbgEngSession session, SimulatedTarget target)
    {
        Assert.Null(target.Failure);
        session.Succeeded("@attach");
        Assert.Equal(DbgEngStep.Break, session.Succeeded("@wait").Status);
        session.Shows("r rip", "rip=fffff803122");
        session.Shows("lm", "nt");
        Assert.Equal(DbgEngStep.Break, session.Succeeded("t").Status);
        session.Shows("g", "Break instruction exception");
        session.Succeeded("@detach");
        long ticks = target.Ticks;
        Assert.True(SpinWait.SpinUntil(() => target.Ticks > ticks + 2, TimeSpan.FromSeconds(10)), "the target does not run on");
    }

    private static SimulatedTarget Start(SimulatedTargetOptions options)
    {
        KeyText.TryParse(Key, out KdNetKey key, out _);
        SimulatedTarget target = new(options with { Key = key });
        target.Start();
        return target;
    }
}
