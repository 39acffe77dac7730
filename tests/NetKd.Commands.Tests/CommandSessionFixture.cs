using System.Net;
using System.Net.Sockets;
using NetKd.Engine;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;

namespace NetKd.Commands.Tests;

/// <summary>A simulated target with two processors, stopped under an interpreter, over a real socket on the loopback.</summary>
public class CommandSessionFixture : IAsyncLifetime
{
    private readonly RecordingOutput _output = new();
    private readonly DebugClient _client;
    private SimulatedTarget? _target;
    private CommandInterpreter? _interpreter;

    public CommandSessionFixture()
        : this(new DebugClientOptions { InitialBreak = true, SymbolPath = "" })
    {
    }

    private protected CommandSessionFixture(DebugClientOptions options) => _client = new DebugClient(options);

    /// <summary>What the attach printed.</summary>
    public string AttachText { get; private set; } = "";

    internal DebugClient Client => _client;

    internal CommandInterpreter Interpreter => _interpreter!;

    internal SimulatedTarget Target => _target!;

    public async ValueTask InitializeAsync()
    {
        int port = FreePort.Udp();
        KeyText.TryParse("1.2.3.4", out KdNetKey key, out _);
        _interpreter = new CommandInterpreter(_client, _output);
        _client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key=1.2.3.4");
        _target = new SimulatedTarget(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, Key = key, ProcessorCount = 2 });
        _target.Start();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        await _interpreter.WaitForTargetAsync(patience.Token);
        AttachText = _output.Take();
    }

    /// <summary>Runs a line and returns what it printed.</summary>
    public async Task<string> RunAsync(string line) => (await ExecuteAsync(line)).Text;

    internal async Task<(CommandResult Result, string Text)> ExecuteAsync(string line)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        _output.Take();
        CommandResult result = await Interpreter.ExecuteAsync(line, patience.Token);
        Assert.NotEqual(CommandStatus.Cancelled, result.Status);
        return (result, _output.Take().TrimEnd('\n'));
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _interpreter?.Dispose();
        _client.Dispose();
        _target?.Dispose();
        return ValueTask.CompletedTask;
    }
}
