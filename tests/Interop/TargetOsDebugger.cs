using System.Text;
using NetKd.Engine;

namespace NetKd.Interop;

/// <summary>Our own engine attached to the bundled target computer. Every wait is bounded.</summary>
public sealed class TargetOsDebugger : IDisposable
{
    /// <summary>Enough for a boot of the firmware on a busy machine.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly StringBuilder _text = new();

    /// <summary>Listens for a target; <see cref="WaitAsync"/> completes the attach with an initial break.</summary>
    public TargetOsDebugger(int port, string key, string? symbolPath = null)
        : this($"net:port={port},key={key}", symbolPath)
    {
    }

    /// <summary>Opens any connection; <see cref="WaitAsync"/> completes the attach with an initial break.</summary>
    public TargetOsDebugger(string connection, string? symbolPath = null)
    {
        Client = new DebugClient(new DebugClientOptions { InitialBreak = true, SymbolPath = symbolPath });
        Client.Output += (_, e) =>
        {
            if (e.Mask != OutputMask.Debuggee) return;
            lock (_text) _text.Append(e.Text);
        };
        Client.AttachKernel(AttachKernelFlags.KernelConnection, connection);
    }

    public DebugClient Client { get; }

    /// <summary>What the target printed.</summary>
    public string TargetText
    {
        get
        {
            lock (_text) return _text.ToString();
        }
    }

    /// <summary>Waits for the next stop.</summary>
    public async Task WaitAsync()
    {
        using CancellationTokenSource timer = new(s_patience);
        await Client.WaitForEventAsync(timer.Token);
    }

    /// <summary>Lets the target run, and waits for the next stop.</summary>
    public async Task RunAsync(ExecutionStatus status = ExecutionStatus.Go)
    {
        Client.SetExecutionStatus(status);
        await WaitAsync();
    }

    /// <summary>Lets the target run for a time and breaks in.</summary>
    public async Task RunForAsync(TimeSpan time)
    {
        Task stopped = RunAsync();
        await Task.Delay(time);
        Client.SetInterrupt(InterruptKind.Active);
        await stopped;
    }

    /// <summary>The address of a name that must be there.</summary>
    public ulong Address(string name)
    {
        Assert.True(Client.Symbols.TryResolve(name, out ulong address), $"{name} does not resolve");
        return address;
    }

    /// <summary>The nearest name, without its displacement.</summary>
    public string NameAt(ulong address) => Client.Symbols.TryFindNearest(address, out var symbol) ? symbol.Name : "";

    /// <summary>A 64-bit number of the target's memory.</summary>
    public ulong Number(ulong address)
    {
        Assert.True(Client.Virtual.TryReadPointer(address, out ulong value), $"{address:x} cannot be read");
        return value;
    }

    public void Dispose() => Client.Dispose();
}
