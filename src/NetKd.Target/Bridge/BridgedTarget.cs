using System.Text;
using NetKd.Gdb;
using NetKd.Target.Hosting;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>
/// A machine behind a gdb stub as a KD target: lets it run, stops it when the debugger breaks in, reports its stops, and restarts it on request.
/// Runs on the caller's thread.
/// </summary>
public sealed class BridgedTarget : IDisposable
{
    // Both sides are looked at in turn: a break-in or a breakpoint waits no longer than this.
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(10);

    // A debugger that waits for the target answers its first poke.
    private static readonly TimeSpan s_returnPatience = TimeSpan.FromSeconds(5);

    // It asks with its first words, which may be repeated after a second.
    private static readonly TimeSpan s_breakInPatience = TimeSpan.FromMilliseconds(1500);

    private readonly GdbClient _client;
    private readonly Func<TargetLink> _newLink;
    private readonly IDisposable? _transport;
    private readonly TextWriter _log;
    private volatile bool _stopped;
    private TargetLink _link;
    private KdServer _server;
    private bool _introduced;

    /// <summary>Serves a machine on the network.</summary>
    /// <param name="client">The stub, whose machine stands still.</param>
    /// <param name="options">Where the debugger is; what is about the simulated machine does not count.</param>
    /// <param name="guess">Look for a kernel with NT's structures in the machine.</param>
    /// <param name="log">Takes a line for what happens.</param>
    /// <param name="architecture">What the machine is; null when the stub is to say it.</param>
    public BridgedTarget(GdbClient client, SimulatedTargetOptions options, bool guess = true, TextWriter? log = null, GuestArchitecture? architecture = null)
        : this(client, new UdpDatagramPort(options.Host, options.Host is null ? options.Port : 0), options with { LargeMemory = PayloadLimits.LargestMemoryHere }, guess, log, architecture)
    {
    }

    /// <summary>Serves a machine over a given port.</summary>
    public BridgedTarget(GdbClient client, DatagramPort port, SimulatedTargetOptions options, bool guess = true, TextWriter? log = null, GuestArchitecture? architecture = null)
        : this(client, SimulatedTarget.NetLinks(options, port), port as IDisposable, guess, log, architecture)
    {
    }

    /// <summary>Serves a machine over links of one's own; each restart of the machine takes a new one.</summary>
    /// <param name="client">The stub, whose machine stands still.</param>
    /// <param name="newLink">Makes a link.</param>
    /// <param name="transport">Closed at the end.</param>
    /// <param name="guess">Look for a kernel in the machine.</param>
    /// <param name="log">Takes a line for what happens.</param>
    /// <param name="architecture">What the machine is; null when the stub is to say it.</param>
    /// <param name="registerNames">What the stub calls system registers, beside those that are known.</param>
    /// <exception cref="GdbException">The machine is none that can be debugged.</exception>
    public BridgedTarget(
        GdbClient client, Func<TargetLink> newLink, IDisposable? transport, bool guess = true, TextWriter? log = null,
        GuestArchitecture? architecture = null, IReadOnlyDictionary<(GuestArchitecture Architecture, uint Number), string>? registerNames = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(newLink);
        _client = client;
        _newLink = newLink;
        _transport = transport;
        _log = log ?? TextWriter.Null;
        Machine = GdbMachine.Open(client, guess, architecture, registerNames);
        _link = newLink();
        _server = new KdServer(Machine, _link, haltWaitMicroseconds: 0);
        _log.WriteLine(Describe());
    }

    /// <summary>The machine.</summary>
    public GdbMachine Machine { get; }

    /// <summary>Serves until cancelled; then the machine runs on, without a debugger.</summary>
    /// <exception cref="GdbException">The stub is lost.</exception>
    public void Run(CancellationToken cancellation)
    {
        using CancellationTokenRegistration registration = cancellation.Register(() =>
        {
            _stopped = true;
            _transport?.Dispose();
        });
        while (!IsOver)
        {
            Machine.Resume();
            Watch();
        }

        Machine.Leave();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport?.Dispose();
        _client.Dispose();
    }

    private bool IsOver => _stopped || _link.IsClosed;

    // One run of the machine, up to the debugger's next Continue.
    private void Watch()
    {
        bool asked = false;
        while (!IsOver)
        {
            if (_client.WaitForStop(s_slice) is { } stop)
            {
                Report(stop, asked);
                return;
            }

            bool breakIn = _server.PollBreakIn((int)s_slice.TotalMicroseconds);
            if (!breakIn && (_introduced || !_server.IsConnected)) continue;
            asked = breakIn;
            _client.Interrupt();
            Report(_client.WaitForStop(s_stopPatience) ?? throw new GdbException($"The machine did not stop within {s_stopPatience.TotalSeconds:0} s of being asked to."), asked);
            return;
        }

        if (!IsOver) return;
        // Nobody listens any more: the machine is stopped once more, to take the breakpoints out.
        _client.Interrupt();
        _client.WaitForStop(s_stopPatience);
    }

    private void Report(StopReply stop, bool asked)
    {
        if (stop.Reason == StopReason.Exited) throw new GdbException("The machine has ended.");
        ExceptionRecord exception = Machine.TakeStop(stop, asked || !_introduced);
        if (!_introduced && _server.IsConnected)
        {
            Introduce();
            if (!asked) return;
        }

        Report(exception);
    }

    // A debugger may have the machine restarted at each stop, that of the last restart too.
    private void Report(ExceptionRecord exception)
    {
        for (ExceptionRecord? stop = exception; stop is { } present; stop = Machine.RebootRequested ? Restart() : null) _server.ReportException(present);
    }

    // Gives what there is to report of the restarted machine: the debugger may want to break in at once.
    private ExceptionRecord? Restart()
    {
        if (!Machine.TryRestart())
        {
            _log.WriteLine("bridge: this stub cannot restart its machine; it goes on");
            return null;
        }

        _log.WriteLine("bridge: the machine restarts");
        _link = _newLink();
        _server = new KdServer(Machine, _link, haltWaitMicroseconds: 0);
        _introduced = false;
        return AwaitDebugger();
    }

    // Whoever restarts a machine wants to see its first instructions: it stands still until the debugger is back and has said whether it wants to break
    // in, or has had its time.
    private ExceptionRecord? AwaitDebugger()
    {
        bool breakIn = AwaitBreakIn(s_returnPatience, orConnection: true);
        if (IsOver || !_server.IsConnected) return null;
        Introduce();
        return breakIn || AwaitBreakIn(s_breakInPatience, orConnection: false) ? Machine.Standstill() : null;
    }

    private bool AwaitBreakIn(TimeSpan patience, bool orConnection)
    {
        long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (!IsOver && Environment.TickCount64 < end)
        {
            if (_server.PollBreakIn((int)s_slice.TotalMicroseconds)) return true;
            if (orConnection && _server.IsConnected) return false;
        }

        return false;
    }

    private void Introduce()
    {
        _introduced = true;
        _log.WriteLine("bridge: a debugger has connected");
        ReportImages();
    }

    // A debugger that has just come learns of the images. What the machine runs may have changed since the last look.
    private void ReportImages()
    {
        Machine.LookAgain();
        _log.WriteLine(Describe());
        foreach (LoadedModule image in Machine.Images) _server.ReportLoadSymbols(image.ToReport(), Encoding.ASCII.GetBytes(image.Path));
    }

    private string Describe()
    {
        string processors = Machine.ProcessorCount == 1 ? "1 processor" : $"{Machine.ProcessorCount} processors";
        return $"bridge: {processors}, {Machine.Description}";
    }
}
