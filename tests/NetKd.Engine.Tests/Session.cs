using System.Text;

namespace NetKd.Engine.Tests;

/// <summary>A debugger with a connection, and what it printed. Every wait is bounded.</summary>
internal class Session : IDisposable
{
    private readonly StringBuilder _output = new();

    public Session(string connection, DebugClientOptions? options = null)
    {
        Client = new DebugClient(options ?? new DebugClientOptions { InitialBreak = true });
        Client.Output += (_, e) =>
        {
            lock (_output) _output.Append(e.Text);
        };
        Client.AttachKernel(AttachKernelFlags.KernelConnection, connection);
    }

    public DebugClient Client { get; }

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>The nearest name, without its displacement.</summary>
    public string NameAt(ulong address) => Client.Symbols.TryFindNearest(address, out NetKd.Engine.Symbols.NearestSymbol? symbol) ? symbol.Name : "";

    /// <summary>Waits for the first stop.</summary>
    public async Task ReachPromptAsync()
    {
        await WaitAsync();
        Assert.Equal(ExecutionStatus.Break, Client.ExecutionStatus);
    }

    public async Task WaitAsync(int seconds = 120)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(seconds));
        await Client.WaitForEventAsync(patience.Token);
    }

    public async Task RunAsync(ExecutionStatus status)
    {
        Client.SetExecutionStatus(status);
        await WaitAsync();
    }

    public ulong Address(string name)
    {
        Assert.True(Client.Symbols.TryResolve(name, out ulong address), $"{name} does not resolve");
        return address;
    }

    public virtual void Dispose() => Client.Dispose();
}
