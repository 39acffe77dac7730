namespace NetKd.Interop;

/// <summary>One boot of the target computer for several tests, stopped in our debugger. Each test leaves it stopped, without breakpoints.</summary>
public sealed class TargetOsAtPrompt : IAsyncLifetime
{
    private const string Key = "5.6.7.8";

    private QemuTarget? _computer;
    private TargetOsDebugger? _debugger;

    public QemuTarget Computer => _computer!;

    public TargetOsDebugger Debugger => _debugger!;

    public async ValueTask InitializeAsync()
    {
        int port = FreePort.Udp();
        _debugger = new TargetOsDebugger(port, Key);
        _computer = await QemuTarget.StartAsync(port, Key);
        await _debugger.WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _debugger?.Dispose();
        if (_computer is not null) await _computer.DisposeAsync();
    }
}
