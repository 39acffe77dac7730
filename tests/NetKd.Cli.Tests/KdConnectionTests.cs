using System.Net;
using System.Net.Sockets;
using NetKd.Target.Hosting;

namespace NetKd.Cli.Tests;

/// <summary><c>netkd kd</c> on the ways to a target, as processes.</summary>
public sealed class KdConnectionTests
{
    [Fact]
    public async Task A_serial_line_by_TCP()
    {
        using SocketSerialChannel channel = SocketSerialChannel.ListenTcp(0);
        using SimulatedTarget target = new(new SimulatedTargetOptions(), channel);
        target.Start();
        NetKdProcess run = await NetKdProcess.RunAsync("r rip\nqd\n", null, "kd", "-k", $"com:ipport={channel.Port},port=127.0.0.1", "-b", "--wait", "60");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Opened TCP port", run.Output, StringComparison.Ordinal);
        Assert.Contains("rip=fffff803122", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_knows_no_host()
    {
        int port = FreePort.Udp();
        Protocol.Net.KeyText.TryParse("1.2.3.4", out Protocol.Net.KdNetKey key, out _);
        using SimulatedTarget target = new(new SimulatedTargetOptions { Host = null, Port = port, Key = key, DebuggerWait = TimeSpan.FromMinutes(1) });
        target.Start();
        NetKdProcess run = await NetKdProcess.RunAsync("qd\n", null, "kd", "-k", $"net:port={port},key=1.2.3.4,target=127.0.0.1", "-b", "--wait", "60");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Using IPv4 only.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_key_needs_consent()
    {
        int port = FreePort.Udp();
        using SimulatedTarget target = new(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, IsUnencrypted = true });
        target.Start();
        NetKdProcess refused = await NetKdProcess.RunAsync("qd\n", null, "kd", "-k", $"net:port={port}", "-b", "--wait", "60");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--allow-unencrypted", refused.Error, StringComparison.Ordinal);
        NetKdProcess run = await NetKdProcess.RunAsync("qd\n", null, "kd", "-k", $"net:port={port}", "-b", "--wait", "60", "--allow-unencrypted");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("WITHOUT encryption", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_another_process_holds_is_refused_with_its_holder()
    {
        int port = FreePort.Udp();
        using Socket holder = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Any, port));
        NetKdProcess run = await NetKdProcess.RunAsync("", null, "kd", "-k", $"net:port={port},key=1.2.3.4", "--wait", "5");
        Assert.Equal(4, run.ExitCode);
        Assert.Contains($"UDP port {port} is in use by ", run.Error, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux()) Assert.Contains($"process {Environment.ProcessId} (", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_names_the_serial_device_the_cache_and_the_log()
    {
        string log = Path.GetTempFileName();
        Dictionary<string, string> environment = new() { ["_NT_DEBUG_PORT"] = "/dev/no-such-port", ["_NT_DEBUG_LOG_FILE_OPEN"] = log };
        NetKdProcess absent = await NetKdProcess.RunAsync("", environment, "kd", "-k");
        Assert.Equal(4, absent.ExitCode);
        Assert.Contains("Failed to open /dev/no-such-port", absent.Error, StringComparison.Ordinal);

        environment["_NT_DEBUG_CACHE_SIZE"] = "many";
        NetKdProcess wrong = await NetKdProcess.RunAsync("", environment, "kd", "-k");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("_NT_DEBUG_CACHE_SIZE=many", wrong.Error, StringComparison.Ordinal);

        environment["_NT_DEBUG_CACHE_SIZE"] = "65536";
        using SimulatedMachine machine = new();
        NetKdProcess run = await NetKdProcess.RunAsync("r rip\nqd\n", environment, "kd", "-k", $"net:port={machine.Port},key={SimulatedMachine.Key}", "-b", "--wait", "60");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("rip=fffff803122", await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        File.Delete(log);
    }
}
