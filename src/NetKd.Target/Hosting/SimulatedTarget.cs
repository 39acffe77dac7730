using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NetKd.Target.Simulation;

namespace NetKd.Target.Hosting;

/// <summary>
/// A simulated machine under its debugger: boots, reports, prints, breaks in, restarts. Runs on a thread of its own between
/// <see cref="Start"/> and <see cref="Dispose"/>, or on the caller's with <see cref="Run"/>.
/// The counters may be read from any thread; the machine only while it does not run.
/// </summary>
public sealed class SimulatedTarget : IDisposable
{
    private const int Slice = 20_000;
    private const int AwaitSliceMicroseconds = 15_625;
    private const int LongestPrint = 512;

    private readonly SimulatedTargetOptions _options;
    private readonly IDisposable? _socket;
    private readonly Func<TargetLink> _newLink;
    private readonly string _place;

    // Nobody pokes a serial line: a booting machine shows itself by reporting its kernel, and gives that up after a while.
    private readonly bool _speaksFirst;
    private readonly TextWriter _log;
    private readonly byte[] _print = new byte[LongestPrint];
    private readonly System.Collections.Concurrent.ConcurrentQueue<(SimulatedImage Image, bool Unloads)> _moduleEvents = [];
    private TargetLink _link;
    private volatile KdServer _server;
    private volatile bool _stopped;
    private bool _wasConnected;
    private Thread? _thread;

    /// <summary>Opens the network as the options say. Throws <see cref="System.Net.Sockets.SocketException"/> when the port is taken.</summary>
    public SimulatedTarget(SimulatedTargetOptions options, TextWriter? log = null)
        : this(options, OpenSocket(options), log)
    {
    }

    /// <summary>Runs over a given port, such as an end of <see cref="LoopbackNetwork"/>.</summary>
    public SimulatedTarget(SimulatedTargetOptions options, DatagramPort port, TextWriter? log = null)
        : this(options, port as IDisposable, NetLinks(options, port), log)
    {
        _place = options.Host is null
            ? $"KDNET version {options.ProtocolVersion}, waiting for a debugger on UDP port {options.Port}"
            : $"KDNET version {options.ProtocolVersion}, poking {options.Host} UDP port {options.Port}";
    }

    /// <summary>Runs over a serial line. The options that are about the network do not count.</summary>
    public SimulatedTarget(SimulatedTargetOptions options, SerialChannel channel, TextWriter? log = null)
        : this(options, channel as IDisposable, () => new KdSerialLink(channel), log)
    {
        _place = "serial line";
        _speaksFirst = true;
    }

    private SimulatedTarget(SimulatedTargetOptions options, IDisposable? socket, Func<TargetLink> newLink, TextWriter? log)
    {
        _options = options;
        _socket = socket;
        _newLink = newLink;
        _place = "";
        _log = log ?? TextWriter.Null;
        Machine = new SimulatedMachine(options.ProcessorCount);
        PowerOn();
    }

    /// <summary>The machine.</summary>
    public SimulatedMachine Machine { get; }

    /// <summary>True once a debugger has answered, in this boot.</summary>
    public bool IsConnected => _server.IsConnected;

    /// <summary>The debugger's calls in this boot.</summary>
    public RequestCounts Requests => _server.Requests;

    /// <summary>Breakpoints that a debugger has in this boot's memory.</summary>
    public int BreakpointCount => _server.Breakpoints.Count;

    /// <summary>Datagrams refused in this boot.</summary>
    public uint Rejected => _server.Rejected;

    /// <summary>Packets sent again in this boot.</summary>
    public uint Resent => _server.Resent;

    /// <summary>Pokes sent in this boot.</summary>
    public uint Pokes => _server.Pokes;

    /// <summary>How often the machine has restarted.</summary>
    public int Restarts { get; private set; }

    /// <summary>Clock ticks that the machine has run, over all boots: it goes up only while the machine is not halted.</summary>
    public long Ticks { get; private set; }

    /// <summary>What ended the thread, when it was not <see cref="Dispose"/>.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Raised on the target's thread when a debugger has answered, once in each boot.</summary>
    public event EventHandler? Connected;

    /// <summary>
    /// Makes the running machine report that an image was loaded or unloaded. Its memory does not change: a debugger follows what is reported.
    /// May be called from any thread; the report is made once the machine runs.
    /// </summary>
    public void ReportModuleLater(SimulatedImage image, bool unloads)
    {
        ArgumentNullException.ThrowIfNull(image);
        _moduleEvents.Enqueue((image, unloads));
    }

    /// <summary>Runs a target on the caller's thread until cancelled.</summary>
    public static void Run(SimulatedTarget target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        using CancellationTokenRegistration registration = cancellation.Register(target.Stop);
        target.Serve();
    }

    /// <summary>Runs the target on a thread of its own.</summary>
    public void Start()
    {
        _thread = new Thread(ServeAndKeepFailure) { IsBackground = true, Name = "simulated target" };
        _thread.Start();
    }

    /// <summary>Ends the run; waits for the thread when there is one.</summary>
    public void Dispose()
    {
        Stop();
        if (_thread is not null && _thread != Thread.CurrentThread) _thread.Join();
    }

    private void Stop()
    {
        _stopped = true;
        _socket?.Dispose();
    }

    private bool IsOver => _stopped || _link.IsClosed;

    private static UdpDatagramPort OpenSocket(SimulatedTargetOptions options) =>
        new(options.Host, options.Host is null ? options.Port : 0);

    private void ServeAndKeepFailure()
    {
        try
        {
            Serve();
        }
        catch (Exception failure)
        {
            Failure = failure;
        }
    }

    private void Serve()
    {
        string processors = _options.ProcessorCount == 1 ? "1 processor" : $"{_options.ProcessorCount} processors";
        _log.WriteLine($"simulated target: {processors}, {_place}");
        while (!IsOver)
        {
            Boot();
            if (IsOver) break;
            _log.WriteLine("simulated target: restarting");
            Machine.Restart();
            Restarts++;
            _wasConnected = false;
            PowerOn();
        }

        _log.WriteLine("simulated target: stopped");
    }

    // One boot, until the machine restarts or the target is stopped.
    private void Boot()
    {
        bool breakIn = false;
        if (_speaksFirst)
        {
            _server.HaltWaitMicroseconds = (long)_options.DebuggerWait.TotalMicroseconds;
            ReportModule(Machine.Kernel);
            _server.HaltWaitMicroseconds = 0;
            NoteConnection();
        }
        else
        {
            breakIn = AwaitDebugger();
            if (_server.IsConnected) ReportModule(Machine.Kernel);
        }

        if (_server.IsConnected) ReportModule(Machine.Hal);

        while (!IsOver)
        {
            if (breakIn) Machine.BreakIn();
            while (_server.IsConnected && _moduleEvents.TryDequeue(out (SimulatedImage Image, bool Unloads) change)) ReportModule(change.Image, change.Unloads);
            int wait = 0;
            switch (Machine.Run(Slice))
            {
                case MachineEvent.AllWaiting:
                    wait = (int)_options.ClockInterval.TotalMicroseconds;
                    break;
                case MachineEvent.Exception:
                    ReportException();
                    break;
                case MachineEvent.Print:
                    _server.Print(_print.AsSpan(0, Machine.ReadPrint(_print)));
                    break;
                case MachineEvent.Reboot:
                    return;
            }

            breakIn = _server.PollBreakIn(wait);
            NoteConnection();
            if (wait == 0 || breakIn) continue;
            Machine.Tick();
            Ticks++;
        }
    }

    // Modules are reported and the first lines printed only to a debugger that is there, so the boot waits for it a while.
    private bool AwaitDebugger()
    {
        long started = _link.Microseconds;
        bool breakIn = false;
        while (!_server.IsConnected && !IsOver && _link.Microseconds - started < _options.DebuggerWait.TotalMicroseconds)
            breakIn |= _server.PollBreakIn(AwaitSliceMicroseconds);
        NoteConnection();
        return breakIn;
    }

    private void NoteConnection()
    {
        if (_wasConnected || !_server.IsConnected) return;
        _wasConnected = true;
        _log.WriteLine("simulated target: a debugger has connected");
        Connected?.Invoke(this, EventArgs.Empty);
    }

    private void ReportModule(SimulatedImage image, bool unloads = false) =>
        _server.ReportLoadSymbols(LoadedModule.Of(image).ToReport(unloads), Encoding.ASCII.GetBytes(image.Path));

    private void ReportException()
    {
        ExceptionRecord exception = Machine.PendingException;
        do
        {
            exception = Machine.PendingException;
            _log.WriteLine($"simulated target: {Describe(exception)}");
            uint status = _server.ReportException(exception);
            if (IsOver || Machine.RebootRequested) return;
            if (status != NtStatus.DbgExceptionNotHandled) return;
            if (exception.Code == NtStatus.SingleStep) return;
            if (exception.Code == NtStatus.Breakpoint && !_server.IsConnected)
            {
                Machine.SkipBreakpoint();
                return;
            }
        }
        while (Machine.PassOn());
    }

    private static string Describe(in ExceptionRecord exception)
    {
        string parameters = exception.Code == NtStatus.AccessViolation
            ? $" (parameters {exception.Information0:x} {exception.Information1:x16})"
            : string.Empty;
        return $"exception {exception.Code:x8} at {exception.Address:x16}{parameters}, {(exception.FirstChance ? "first" : "second")} chance";
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_link), nameof(_server))]
    private void PowerOn()
    {
        // Without a debugger a simulated machine runs on: a halt that nobody looks at ends at once.
        _link = _newLink();
        _server = new KdServer(Machine, _link, haltWaitMicroseconds: 0);
    }

    internal static Func<TargetLink> NetLinks(SimulatedTargetOptions options, DatagramPort port)
    {
        DatagramPort network = options.Faults.AreNone ? port : new LossyDatagramPort(port, options.Faults);
        return () => new KdPacketLink(new KdNetEndpoint(network, NewSettings(options)), network);
    }

    private static KdServerSettings NewSettings(SimulatedTargetOptions options)
    {
        KdServerSettings settings = default;
        settings.Key = options.Key;
        settings.IsUnencrypted = options.IsUnencrypted;
        settings.ProtocolVersion = options.ProtocolVersion;
        settings.LargeMemory = options.LargeMemory;
        settings.TargetRandom = NewTargetRandom();
        settings.FirstNonce = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
        if (options.Host is not null) settings.Host = UdpDatagramPort.ToPeer(options.Host, options.Port);
        return settings;
    }

    // Boot time as eight u16, then a number unlike that of any other boot (facts: kdnet-wire, section 2).
    private static byte[] NewTargetRandom()
    {
        DateTime now = DateTime.UtcNow;
        byte[] random = RandomNumberGenerator.GetBytes(Poke.TargetRandomSize);
        ReadOnlySpan<int> fields = [now.Year, now.Month, now.Day, now.Hour, now.Minute, now.Second, now.Millisecond, (int)now.DayOfWeek];
        for (int i = 0; i < fields.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(random.AsSpan(i * 2), (ushort)fields[i]);
        return random;
    }
}
