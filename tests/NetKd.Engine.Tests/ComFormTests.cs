using System.Net;
using System.Net.Sockets;
using NetKd.Transport;
using NetKd.Transport.Com;

namespace NetKd.Engine.Tests;

/// <summary>The rows of the table of com: strings in the facts (kdnet-wire, section 7), and the environment of kernel-debugging-docs, A.3.</summary>
public class ComFormTests
{
    private static readonly string s_first = OperatingSystem.IsWindows() ? "COM1" : "/dev/ttyS0";
    private static readonly string s_second = OperatingSystem.IsWindows() ? "COM2" : "/dev/ttyS1";

    [Theory]
    [InlineData("")]
    [InlineData("com:")]
    public void Nothing_given_is_the_first_port_at_19200(string text)
    {
        ComConnectionOptions options = Parse(text);
        Assert.Equal((ComMedium.Device, s_first, 19200), (options.Medium, options.Port, options.BaudRate));
    }

    [Fact]
    public void What_is_not_given_comes_from_the_environment()
    {
        Dictionary<string, string> environment = new() { ["_NT_DEBUG_PORT"] = "com2", ["_NT_DEBUG_BAUD_RATE"] = "115200" };
        var options = (ComConnectionOptions)ConnectionString.Parse("com:", environment.GetValueOrDefault);
        Assert.Equal((s_second, 115200), (options.Port, options.BaudRate));
        options = (ComConnectionOptions)ConnectionString.Parse("com:port=com1,baud=9600", environment.GetValueOrDefault);
        Assert.Equal((s_first, 9600), (options.Port, options.BaudRate));
    }

    [Theory]
    [InlineData("com:port=com2,baud=115200")]
    [InlineData("COM:PORT=2,BAUD=115200")]
    [InlineData(@"com:port=\\.\COM2,baud=115200")]
    public void The_second_port_has_many_names(string text)
    {
        ComConnectionOptions options = Parse(text);
        Assert.Equal((s_second, 115200), (options.Port, options.BaudRate));
    }

    [Fact]
    public void A_modem_a_pipe_and_TCP_are_told_apart()
    {
        Assert.True(Parse("com:modem").IsModem);
        ComConnectionOptions pipe = Parse(@"com:pipe,port=\\.\pipe\vm,resets=0,reconnect");
        Assert.Equal((ComMedium.Pipe, @"\\.\pipe\vm", 0, true), (pipe.Medium, pipe.Port, pipe.Resets, pipe.Reconnects));
        ComConnectionOptions tcp = Parse("com:ipport=5555,port=10.0.0.1");
        Assert.Equal((ComMedium.Tcp, "10.0.0.1", (ushort)5555), (tcp.Medium, tcp.Port, tcp.TcpPort));
    }

    [Theory]
    [InlineData("com:baud=abc", "is not a baud rate")]
    [InlineData("com:baud=1200", "is not a baud rate")]
    [InlineData("com:port=com1,ip=1.2.3.4", "\"ip\" is not an option of com:")]
    [InlineData("com:ipport=0,port=127.0.0.1", "is not a TCP port")]
    [InlineData("com:ipport=5555", "ipport= needs port=")]
    [InlineData("com:pipe", "pipe needs port=")]
    [InlineData("com:pipe,ipport=1,port=x", "do not go together")]
    [InlineData("com:pipe,port=x,modem", "no carrier")]
    [InlineData("com:resets=x", "is not a number")]
    public void What_cannot_be_used_is_an_invalid_argument(string text, string says)
    {
        using DebugClient client = new();
        DebugException refused = Assert.Throws<DebugException>(() => client.AttachKernel(AttachKernelFlags.KernelConnection, text));
        Assert.Equal(DebugException.InvalidArgument, refused.HResult);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_not_there_is_not_found()
    {
        DebugException refused = Refused("com:port=COM99");
        Assert.Equal(DebugException.FileNotFound, refused.HResult);
        Assert.StartsWith("Failed to open ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",resets=0")]
    public void A_pipe_that_is_not_there_is_not_found(string more)
    {
        string path = Path.Combine(Path.GetTempPath(), $"no-{Guid.NewGuid():n}.sock");
        Assert.Equal(DebugException.FileNotFound, Refused($"com:pipe,port={path}{more}").HResult);
    }

    [Theory]
    [InlineData(",reconnect")]
    [InlineData(",resets=0,reconnect")]
    public void With_reconnect_a_pipe_is_waited_for(string more)
    {
        string path = Path.Combine(Path.GetTempPath(), $"no-{Guid.NewGuid():n}.sock");
        using Session session = new($"com:pipe,port={path}{more}");
        Assert.Contains($"Waiting for pipe {path}", session.Output, StringComparison.Ordinal);
        Assert.Equal($"com:pipe,port={path}{more}", session.Client.GetKernelConnectionOptions());
        Assert.Contains("is not there yet", session.Client.WhyNotConnected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_TCP_port_where_nobody_listens_has_failed_and_an_unknown_name_is_no_host()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        Assert.Equal(DebugException.Failed, Refused($"com:ipport={port},port=127.0.0.1").HResult);
        Assert.Equal(DebugException.HostNotFound, Refused($"com:ipport={port},port=no.such.host.invalid").HResult);
    }

    [Fact]
    public async Task A_line_on_which_nothing_comes_is_explained()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        using Session session = new($"com:ipport={((IPEndPoint)silent.LocalEndpoint).Port},port=127.0.0.1");
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Client.WaitForEventAsync(patience.Token));
        Assert.Contains("nothing came on TCP port", session.Client.WhyNotConnected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData(",resets=2", 2)]
    public async Task Resets_are_sent_until_the_target_answers_or_as_often_as_asked(string more, int atLeast)
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        using Session session = new($"com:ipport={((IPEndPoint)silent.LocalEndpoint).Port},port=127.0.0.1{more}");
        using Socket far = await silent.AcceptSocketAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Client.WaitForEventAsync(patience.Token));
        byte[] bytes = new byte[1024];
        int count = far.Available == 0 ? 0 : far.Receive(bytes);
        Assert.Equal(0, count % 16);
        if (more.Length == 0) Assert.True(count / 16 >= atLeast, $"{count / 16} resets");
        else Assert.Equal(atLeast, count / 16);
    }

    private static ComConnectionOptions Parse(string text) => (ComConnectionOptions)ConnectionString.Parse(text, _ => null);

    private static DebugException Refused(string text)
    {
        using DebugClient client = new();
        DebugException refused = Assert.Throws<DebugException>(() => client.AttachKernel(AttachKernelFlags.KernelConnection, text));
        Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(() => client.GetKernelConnectionOptions()).HResult);
        return refused;
    }
}
