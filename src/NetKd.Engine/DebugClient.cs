using NetKd.Engine.Breakpoints;
using NetKd.Engine.DataSpaces;
using NetKd.Engine.Events;
using NetKd.Engine.Modules;
using NetKd.Engine.Processors;
using NetKd.Engine.Registers;
using NetKd.Engine.Session;
using NetKd.Engine.Sources;
using NetKd.Engine.Stacks;
using NetKd.Engine.Symbols;
using NetKd.Transport.Net;

namespace NetKd.Engine;

/// <summary>
/// A debugger of one live kernel, shaped like the documented engine: <see cref="AttachKernel"/> opens the connection,
/// <see cref="WaitForEventAsync"/> completes the attach and every run, and between two waits the target stands still and its memory
/// and registers are accessible (facts: kernel-debugging-docs, B.1 to B.5).
/// </summary>
/// <remarks>
/// Calls that need the target run on the caller's thread and block for one round trip: handing a request to another thread would
/// double its cost (facts: performance-anchors, 3c). Use one thread at a time; <see cref="SetInterrupt"/> and
/// <see cref="SetKernelConnectionOptions"/> may be called from any thread at any time. Waiting is awaitable and cancellable.
/// This file is the parts and leaving; connecting is in <c>DebugClient.Connecting.cs</c>, waiting in <c>DebugClient.Waiting.cs</c>, running in
/// <c>DebugClient.Running.cs</c>.
/// </remarks>
public sealed partial class DebugClient : IDisposable
{
    private static readonly TimeSpan s_leaveTimeout = TimeSpan.FromSeconds(5);

    private readonly DebugClientOptions _options;
    private readonly List<DebugEventCallbacks> _callbacks = [];
    private readonly BreakpointInsertion _insertion;
    private KdLink? _link;
    private TargetCalls? _calls;
    private TargetInformation? _target;
    private string _connectionText = "";

    /// <summary>Makes a client without a target.</summary>
    public DebugClient(DebugClientOptions? options = null)
    {
        _options = options ?? new DebugClientOptions();
        Virtual = new VirtualMemory(this, _options.CacheSize);
        Physical = new PhysicalMemory(this);
        Control = new ControlSpace(this);
        Io = new IoSpace(this);
        Msr = new MsrSpace(this);
        Bus = new BusSpace(this);
        Data = new DebuggerData(this);
        Registers = new RegisterSet(this);
        SymbolLoading = new SymbolLoading(this);
        Modules = new ModuleList(this);
        Symbols = new SymbolNames(this);
        SourceLines = new SourceLines(this);
        SourceFiles = new SourceFiles(_options.SourcePath ?? Environment.GetEnvironmentVariable("_NT_SOURCE_PATH") ?? "");
        Breakpoints = new BreakpointList(this);
        Stacks = new StackWalker(this);
        _insertion = new BreakpointInsertion(this);
    }

    /// <summary>Text from the engine and from the target. Raised on the thread that waits or calls.</summary>
    public event EventHandler<OutputEventArgs>? Output;

    /// <summary>How this client behaves; changes take effect at the next occasion.</summary>
    public DebugClientOptions Options => _options;

    /// <summary>What the target does.</summary>
    public ExecutionStatus ExecutionStatus => _status;

    /// <summary>Why the target stopped last.</summary>
    public DebugEvent? LastEvent { get; private set; }

    /// <summary>What the target said of itself.</summary>
    /// <exception cref="DebugException">No target has stopped yet.</exception>
    public TargetInformation Target => _target ?? throw NoTarget();

    /// <summary>True once a target has stopped, whose <see cref="Target"/> is known.</summary>
    public bool HasTarget => _target is not null;

    /// <summary>An address as the target carries it; as it is while there is no target.</summary>
    internal ulong Extend(ulong address) => _target?.Extend(address) ?? address;

    /// <summary>How many processor breakpoints of an access the target's records hold.</summary>
    internal int RoomFor(DataAccess access) => _target is { } target ? DebugRegisters.Room(target.MachineType, access) : BreakpointList.MaxData;

    /// <summary>The target's virtual memory.</summary>
    public VirtualMemory Virtual { get; }

    /// <summary>The target's physical memory.</summary>
    public PhysicalMemory Physical { get; }

    /// <summary>The processors' control space.</summary>
    public ControlSpace Control { get; }

    /// <summary>The target's I/O ports.</summary>
    public IoSpace Io { get; }

    /// <summary>Model-specific registers.</summary>
    public MsrSpace Msr { get; }

    /// <summary>Bus configuration space.</summary>
    public BusSpace Bus { get; }

    /// <summary>The debugger data block.</summary>
    public DebuggerData Data { get; }

    /// <summary>Registers of the current processor.</summary>
    public RegisterSet Registers { get; }

    /// <summary>Breakpoints.</summary>
    public BreakpointList Breakpoints { get; }

    /// <summary>Loaded modules.</summary>
    public ModuleList Modules { get; }

    /// <summary>Where symbols are looked for, and how long they are waited for.</summary>
    public SymbolLoading SymbolLoading { get; }

    /// <summary>Names.</summary>
    public SymbolNames Symbols { get; }

    /// <summary>Source lines of code.</summary>
    public SourceLines SourceLines { get; }

    /// <summary>Source text.</summary>
    public SourceFiles SourceFiles { get; }

    /// <summary>The processors.</summary>
    public ProcessorList Processors { get; } = new();

    /// <summary>Stacks.</summary>
    public StackWalker Stacks { get; }

    /// <summary>Counters of the link, null before attaching.</summary>
    public LinkStatistics? LinkStatistics => _link?.Statistics;

    /// <summary>What the link talks to, for people; empty before attaching.</summary>
    public string LinkDescription => _link?.Description ?? "";

    /// <summary>Why no target has connected yet, as far as the link can tell: one line with the next step. Empty once one has.</summary>
    public string WhyNotConnected => _link?.WhyNotConnected ?? "";

    /// <summary>True once a target has connected.</summary>
    public bool IsConnected => _link?.IsConnected ?? false;

    /// <summary>Requests sent to the target so far, repetitions not counted.</summary>
    public long RequestCount => _calls?.RequestCount ?? 0;

    /// <summary>Sees every KD packet while set; see <see cref="PacketTrace"/>.</summary>
    public PacketTrace? Trace
    {
        get => _link?.Trace;
        set
        {
            if (_link is not null) _link.Trace = value;
        }
    }

    internal TargetCalls Calls
    {
        get
        {
            if (_calls is null) throw NoTarget();
            if (_status != ExecutionStatus.Break && !_handlingEvent)
            {
                throw _status == ExecutionStatus.NoDebuggee
                    ? NoTarget()
                    : new DebugException(DebugException.AccessDenied, "The target is running: break in (Ctrl+C) first.");
            }

            return _calls;
        }
    }

    /// <summary>Looks up the breakpoints that wait for a name, in the modules that are there now. True when one has found its place.</summary>
    public bool ResolveBreakpoints() => NamedBreakpoints.Resolve(this, null);

    /// <summary>Adds callbacks for the events of this client.</summary>
    public void AddCallbacks(DebugEventCallbacks callbacks)
    {
        ArgumentNullException.ThrowIfNull(callbacks);
        _callbacks.Add(callbacks);
    }

    /// <summary>Ends the session and closes the connection. A second call does nothing.</summary>
    public void EndSession(EndSessionKind kind)
    {
        if (_link is not { } link) return;
        try
        {
            if (kind != EndSessionKind.Reentrant && link.IsConnected && _target is not null && !IsLocalKernel) Leave(link, kind);
        }
        catch (DebugException e)
        {
            WriteOutput(OutputMask.Warning, $"The target could not be left cleanly: {e.Message}\n");
        }
        finally
        {
            link.Dispose();
            _link = null;
            _exdi = null;
            _calls = null;
            EndIdleWait();
            ForgetTarget();
            _status = ExecutionStatus.NoDebuggee;
            SessionStatus ended = kind == EndSessionKind.ActiveDetach ? SessionStatus.EndDetach : SessionStatus.EndPassive;
            foreach (DebugEventCallbacks callbacks in _callbacks) callbacks.OnSessionStatus(ended);
        }
    }

    /// <summary>Drops the connection as it is; see <see cref="EndSession"/> for leaving a target cleanly.</summary>
    public void Dispose()
    {
        EndSession(EndSessionKind.Reentrant);
        Modules.Forget();
        SymbolLoading.Close();
    }

    internal void WriteOutput(OutputMask mask, string text) => Output?.Invoke(this, new OutputEventArgs(mask, text));

    private void Leave(KdLink link, EndSessionKind kind)
    {
        bool wasRunning = _status is ExecutionStatus.Go or ExecutionStatus.StepInto or ExecutionStatus.StepOver;
        if (wasRunning && !_insertion.IsArmed) return;
        if (wasRunning)
        {
            // Our breakpoints are in its memory: stop it, take them out, let it go.
            link.SendBreakIn();
            using CancellationTokenSource patience = new(s_leaveTimeout);
            try
            {
                PumpUntilEvent(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new DebugException(DebugException.ConnectionLost, "it did not stop within 5 s; breakpoints may remain in its memory.");
            }
        }

        if (_status != ExecutionStatus.Break) return;
        Breakpoints.Clear();
        _insertion.Remove();
        if (kind != EndSessionKind.ActiveDetach && !wasRunning)
        {
            Registers.Flush();
            return;
        }

        StepPastHardBreakpoint();
        _insertion.ArmDebugRegisters();
        Registers.Flush();
        Continue(NtStatus.DbgContinue, trace: false);
        long end = Milliseconds + (long)s_leaveTimeout.TotalMilliseconds;
        while (link.IsSending && Milliseconds < end) link.Receive(50);
    }

    private void ForgetTarget()
    {
        _target = null;
        LastEvent = null;
        Data.Forget();
        Modules.Forget();
        Registers.Forget();
        Virtual.ForgetCache();
        _insertion.Forget();
    }

    private static DebugException NoTarget() => new(DebugException.Unexpected, "There is no target: attach to one and wait for it to stop.");
}
