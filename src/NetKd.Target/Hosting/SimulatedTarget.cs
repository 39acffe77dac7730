using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NetKd.Target.Simulation;

namespace NetKd.Target.Hosting;

/// <summary>
/// A simulated machine under its debugger: boots, reports, prints, breaks in, restarts. Runs on a thread of its own between
/// <see cref="Start"/> and <see cref="Dispose"/>, or on the caller's with <see cref="Run(SimulatedTargetOptions, TextWriter, CancellationToken)"/>.
/// The counters may be read from any thread; the machine only while it does not run.
/// </summary>
public sealed class SimulatedTarget : IDisposable
{
    private const int Slice = 20_000;
    private const int AwaitSliceMicroseconds = 15_625;
    private const int LongestPrint = 512;

    private readonly SimulatedTargetOptions _options;
    private readonly UdpDatagramPort? _socket;
    private readonly DatagramPort _port;
    private readonly TextWriter _log;
    private readonly byte[] _print = new byte[LongestPrint];
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
    {
        _options = options;
        _socket = port as UdpDatagramPort;
        _port = options.Faults.AreNone ? port : new LossyDatagramPort(port, options.Faults);
        _log = log ?? TextWriter.Null;
        Machine = new SimulatedMachine(options.ProcessorCount);
        _server = NewServer();
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

    /// <summary>Runs a target until cancelled. The log gets a line for each thing worth knowing; never the key.</summary>
    public static void Run(SimulatedTargetOptions options, TextWriter log, CancellationToken cancellation)
    {
        using var target = new SimulatedTarget(options, log);
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

    private bool IsOver => _stopped || _port.IsClosed;

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
        _log.WriteLine(_options.Host is null
            ? $"simulated target: {processors}, KDNET version {_options.ProtocolVersion}, waiting for a debugger on UDP port {_options.Port}"
            : $"simulated target: {processors}, KDNET version {_options.ProtocolVersion}, poking {_options.Host} UDP port {_options.Port}");
        while (!IsOver)
        {
            Boot();
            if (IsOver) break;
            _log.WriteLine("simulated target: restarting");
            Machine.Restart();
            Restarts++;
            _wasConnected = false;
            _server = NewServer();
        }

        _log.WriteLine("simulated target: stopped");
    }

    // One boot, until the machine restarts or the target is stopped.
    private void Boot()
    {
        bool breakIn = AwaitDebugger();
        if (_server.IsConnected)
        {
            ReportModule(Machine.Kernel);
            ReportModule(Machine.Hal);
        }

        while (!IsOver)
        {
            if (breakIn) Machine.BreakIn();
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
        long started = _port.Microseconds;
        bool breakIn = false;
        while (!_server.IsConnected && !IsOver && _port.Microseconds - started < _options.DebuggerWait.TotalMicroseconds)
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

    private void ReportModule(SimulatedImage image)
    {
        LoadSymbolsRecord module = default;
        module.Base = image.BaseAddress;
        module.Checksum = image.Checksum;
        module.SizeOfImage = image.Size;
        module.ProcessId = ulong.MaxValue; // the kernel itself, as NT reports it
        _server.ReportLoadSymbols(module, Encoding.ASCII.GetBytes(image.Path));
    }

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

    private KdServer NewServer()
    {
        KdServerSettings settings = default;
        settings.Key = _options.Key;
        settings.IsUnencrypted = _options.IsUnencrypted;
        settings.ProtocolVersion = _options.ProtocolVersion;
        settings.TargetRandom = NewTargetRandom();
        settings.FirstNonce = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
        if (_options.Host is not null) settings.Host = UdpDatagramPort.ToPeer(_options.Host, _options.Port);
        return new KdServer(Machine, _port, settings);
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
