using System.Net;
using NetKd.Engine;
using NetKd.Engine.Symbols;
using NetKd.Protocol.Net;
using NetKd.Symbols.Pdb;
using NetKd.Symbols.Stores;
using NetKd.Target.Hosting;

namespace NetKd.Commands.Tests.Types;

/// <summary>
/// A simulated target, stopped under an interpreter, whose kernel has the symbols of the sample program "values", and the values of
/// <see cref="ValuesTarget.Fill"/> in its pool.
/// </summary>
public sealed class ValuesSession : IAsyncLifetime
{
    /// <summary>Where the page with the values is.</summary>
    public const ulong Page = 0xffff9a0f_0000c000;

    private readonly RecordingOutput _output = new();
    private readonly DebugClient _client = new(new DebugClientOptions { InitialBreak = true, SymbolPath = "values", SymbolSource = new ValuesSource() });
    private SimulatedTarget? _target;
    private CommandInterpreter? _interpreter;

    internal DebugClient Client => _client;

    /// <summary>The kernel's base.</summary>
    public ulong Base { get; private set; }

    public async ValueTask InitializeAsync()
    {
        int port = FreePort.Udp();
        KeyText.TryParse("1.2.3.4", out KdNetKey key, out _);
        _interpreter = new CommandInterpreter(_client, _output);
        _client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key=1.2.3.4");
        _target = new SimulatedTarget(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, Key = key });
        _target.Start();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        await _interpreter.WaitForTargetAsync(patience.Token);
        Base = _client.Target.KernelBase;
        byte[] page = new byte[0x1000];
        ValuesTarget.Fill(page.AsSpan(0x800), Base + (ValuesTarget.Resolve("Function") - ValuesTarget.Base), Page + 0x800);
        Assert.Equal(page.Length, _client.Virtual.Write(Page, page));
    }

    /// <summary>Runs a line and returns what it printed, errors included.</summary>
    public async Task<string> RunAsync(string line, CancellationToken cancellation = default)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        _output.Take();
        CommandResult result = await _interpreter!.ExecuteAsync(line, patience.Token);
        Assert.True(cancellation.IsCancellationRequested || result.Status != CommandStatus.Cancelled, line);
        return _output.Take().TrimEnd('\n');
    }

    /// <summary>A text of the transcript with this target's addresses.</summary>
    public string Translate(string text) => text
        .Replace($"0n{0x03000800}", $"0n{(uint)(Page & 0xffffffff) + 0x800}", StringComparison.Ordinal)
        .Replace("ffff8000`03000", $"{Page >> 32:x8}`{Page >> 12 & 0xfffff:x5}", StringComparison.Ordinal)
        .Replace("ffff800003000", $"{Page >> 12:x13}", StringComparison.Ordinal)
        .Replace("fffff800`0040", $"{Base >> 32:x8}`{Base >> 16 & 0xffff:x4}", StringComparison.Ordinal);

    public ValueTask DisposeAsync()
    {
        _interpreter?.Dispose();
        _client.Dispose();
        _target?.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class ValuesSource : SymbolSource
    {
        public override Task<FoundSymbols> FindAsync(SymbolRequest request, SymbolPath path, CancellationToken cancellation) =>
            Task.FromResult(request.ModuleName == "nt"
                ? new FoundSymbols(SymbolFileLease.Own(PdbFile.Open(ValuesTarget.Program.Pdb)), "")
                : new FoundSymbols(null, "only the kernel has symbols here"));
    }
}
