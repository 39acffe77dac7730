using System.Net;
using System.Net.Sockets;
using NetKd.Cli.Doctor;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;
using NetKd.Transport.Net;

namespace NetKd.Cli.Tests;

public sealed class DoctorTests
{
    private const string OtherKey = "1.2.3.4";
    private static readonly PeerAddress s_loopback = PeerAddress.FromIPv4(0x7F000001, 0);

    [Fact]
    public void A_target_with_the_right_key_is_seen_and_not_connected()
    {
        using SimulatedMachine machine = new();
        DoctorRun run = DoctorRun.Of(machine.Port, SimulatedMachine.Key);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("pokes with the right key, KDNET version 4", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hostip  ", run.Output, StringComparison.Ordinal);
        Assert.False(machine.Target.IsConnected);
        Assert.True(machine.Target.Pokes > 0);
    }

    [Fact]
    public async Task Another_key_is_a_failure()
    {
        DoctorRun run = await DoctorRun.AgainstAsync(FreePort.Udp(), SimulatedMachine.Key, DoctorRun.PokeDatagram(OtherKey, 4, s_loopback, s_loopback));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("pokes with another key", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_simulated_target_with_another_key_is_told_from_silence()
    {
        using SimulatedMachine machine = new();
        DoctorRun run = DoctorRun.Of(machine.Port, OtherKey, wait: TimeSpan.FromSeconds(8));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("bcdedit /dbgsettings", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_key_pokes_are_told_but_not_approved()
    {
        using SimulatedMachine machine = new();
        DoctorRun run = DoctorRun.Of(machine.Port, null);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("its key was not checked", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_version_is_named()
    {
        DoctorRun run = await DoctorRun.AgainstAsync(FreePort.Udp(), SimulatedMachine.Key, DoctorRun.PokeDatagram(SimulatedMachine.Key, 7, s_loopback, s_loopback));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("speaks KDNET version 7, this debugger 2 to 5", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1", "0.0.0.0", "talks IPv6")]
    [InlineData("127.0.0.1", "::", "talks IPv4")]
    public async Task A_target_of_the_other_family_is_explained(string from, string target, string expected)
    {
        DoctorRun run = await DoctorRun.AgainstAsync(FreePort.Udp(), SimulatedMachine.Key, DoctorRun.PokeDatagram(SimulatedMachine.Key, 4, default, default), IPAddress.Parse(from), target);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_debugger_is_not_taken_for_a_target()
    {
        DoctorRun run = await DoctorRun.AgainstAsync(FreePort.Udp(), SimulatedMachine.Key, DoctorRun.PokeDatagram(SimulatedMachine.Key, 4, s_loopback, s_loopback, fromHost: true));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is another debugger", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello, port", "not encrypted KDNET")]
    [InlineData("MDBG\u0004\u0001short", "malformed KDNET")]
    public async Task Garbage_is_told_from_pokes(string datagram, string expected)
    {
        DoctorRun run = await DoctorRun.AgainstAsync(FreePort.Udp(), SimulatedMachine.Key, System.Text.Encoding.ASCII.GetBytes(datagram));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_that_differ_show_translation_and_a_wrong_hostip()
    {
        // Addresses of RFC 5737: no machine has them.
        int port = FreePort.Udp();
        byte[] poke = DoctorRun.PokeDatagram(SimulatedMachine.Key, 4, PeerAddress.FromIPv4(0xC6336407, 50000), PeerAddress.FromIPv4(0xCB007109, 49999));
        DoctorRun run = await DoctorRun.AgainstAsync(port, SimulatedMachine.Key, poke);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("calls itself 198.51.100.7:50000", run.Output, StringComparison.Ordinal);
        Assert.Contains("set up for host 203.0.113.9, which is no address of this machine", run.Output, StringComparison.Ordinal);
        Assert.Contains("set up for port 49999", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_is_exit_code_3()
    {
        DoctorRun run = DoctorRun.Of(FreePort.Udp(), SimulatedMachine.Key, wait: TimeSpan.FromMilliseconds(200));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("nothing arrived on UDP port", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_held_port_names_the_holder()
    {
        int port = FreePort.Udp();
        using Socket holder = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Any, port));
        DoctorRun run = DoctorRun.Of(port, SimulatedMachine.Key);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"UDP port {port} is in use by process {Environment.ProcessId}", run.Output, StringComparison.Ordinal);
        Assert.Contains("netkd decode", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_waits_answers_when_asked()
    {
        int port = FreePort.Udp();
        using SimulatedTarget target = new(new SimulatedTargetOptions { Host = null, Port = port, Key = DoctorRun.Key(SimulatedMachine.Key) });
        target.Start();
        DoctorRun run = DoctorRun.Of(port, SimulatedMachine.Key, "127.0.0.1");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("pokes with the right key", run.Output, StringComparison.Ordinal);
        Assert.False(target.IsConnected);
    }

    [Fact]
    public void A_target_that_is_not_there_does_not_answer()
    {
        DoctorRun run = DoctorRun.Of(FreePort.Udp(), SimulatedMachine.Key, "127.0.0.1", TimeSpan.FromMilliseconds(600));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("no answer from 127.0.0.1", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_local_host_address_is_our_own_whatever_its_scope()
    {
        PeerAddress host = UdpDatagramPort.ToPeer(IPAddress.Parse("fe80::5"), 50000);
        Assert.DoesNotContain(Explain([IPAddress.Parse("fe80::5%4")], DoctorRun.PokeDatagram(SimulatedMachine.Key, 4, default, host)), f => f.Topic == "hostip");
        Assert.Contains(Explain([IPAddress.Parse("fe80::6%4")], DoctorRun.PokeDatagram(SimulatedMachine.Key, 4, default, host)), f => f.Topic == "hostip");
    }

    [Fact]
    public void A_change_of_the_boot_identity_is_a_restart()
    {
        byte[] first = DoctorRun.PokeDatagram(SimulatedMachine.Key, 4, default, default, boot: 1);
        byte[] second = DoctorRun.PokeDatagram(SimulatedMachine.Key, 4, default, default, boot: 2);
        Assert.DoesNotContain(Explain([], first, first), f => f.Topic == "restart");
        Assert.Contains(Explain([], first, second), f => f.Topic == "restart" && f.Text.Contains("restarted once", StringComparison.Ordinal));
    }

    [Fact]
    public void Data_of_an_old_session_is_not_taken_for_a_poke()
    {
        byte[] data = DoctorRun.PokeDatagram(SimulatedMachine.Key, 4, default, default);
        data[5] = 0;
        Assert.Equal("session", Assert.Single(Explain([], data)).Topic);
    }

    private static List<Finding> Explain(IPAddress[] own, params byte[][] datagrams)
    {
        using NetSockets sockets = new(0, AddressFamilies.IPv4);
        using PokeWatch watch = new(sockets, DoctorRun.Key(SimulatedMachine.Key));
        foreach (byte[] datagram in datagrams) watch.Take(datagram, new IPEndPoint(IPAddress.Loopback, 50000));
        return [.. PokeAdvice.Explain(new NetConnectionOptions(50000, DoctorRun.Key(SimulatedMachine.Key)), watch.Sightings, own)];
    }
}
