using System.Diagnostics;
using System.Text;
using NetKd.Engine.Breakpoints;
using NetKd.Engine.Events;
using NetKd.Engine.Modules;
using NetKd.Engine.Session;
using NetKd.Protocol.Contexts;

namespace NetKd.Engine;

/// <summary>Waiting for the target to stop, and what the engine does with each thing that it reports.</summary>
public sealed partial class DebugClient
{
    // A step is answered within a round trip: waiting that long on the caller's own thread saves starting another.
    private const int OwnThreadMilliseconds = 5;
    private const int ReceiveSliceMilliseconds = 100;
    private const int InterruptRepeatMilliseconds = 1000;

    // A target that has said nothing for this long is waited for without a thread.
    private const int BusyMilliseconds = 250;
    private const int IdleMilliseconds = 30_000;

    // A booting kernel reports its first modules by itself, and breakpoints go in then. One that does not is stopped for a moment.
    private const int RearmPatienceMilliseconds = 500;

    private sealed record UnhandledChange(StateChange Change, byte[] Payload);

    private volatile ExecutionStatus _status = ExecutionStatus.NoDebuggee;
    private volatile bool _interruptRequested;
    private volatile bool _interruptedByUser;
    private volatile bool _exitRequested;
    private readonly Lock _idleLock = new();
    private CancellationTokenSource? _idle;
    private bool _handlingEvent;
    private UnhandledChange? _unhandled;
    private CancellationToken _waitCancellation;
    private bool _waiting;
    private bool _initialStopSeen;
    private bool _rearming;
    private long _interruptSentAt;
    private long _restartedAt;
    private ulong _kernelBase;

    /// <summary>
    /// Lets the target run as <see cref="SetExecutionStatus"/> said, and waits until it stops with an event that is to be reported.
    /// The first wait completes the attach.
    /// </summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the target runs on, and a new wait takes up from there.</exception>
    /// <exception cref="DebugException">No connection (E_UNEXPECTED), a wait under way (E_FAIL), the exit interrupt (E_PENDING), or a lost connection.</exception>
    public async Task WaitForEventAsync(CancellationToken cancellation = default)
    {
        if (_link is null) throw NoTarget();
        if (_waiting) throw new DebugException(DebugException.Failed, "A wait is under way already.");
        _waiting = true;
        _exitRequested = false;
        _waitCancellation = cancellation;
        try
        {
            if (TakeUp()) return;
            if (Pump(OwnThreadMilliseconds)) return;
            await PumpUntilEventAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _waiting = false;
        }
    }

    /// <summary>What an earlier wait left, or the user's wish to run. True when the target stands still with an event to report.</summary>
    private bool TakeUp()
    {
        if (_unhandled is not null) return TakeStateChange();
        if (!_resumePending) return false;
        try
        {
            return Resume();
        }
        catch (TargetRestartedException)
        {
            // What was to run is gone; what has come in its place runs already.
            _resumePending = false;
            return false;
        }
    }

    /// <summary>Interrupts the target or the debugger. May be called from any thread at any time.</summary>
    public void SetInterrupt(InterruptKind kind)
    {
        switch (kind)
        {
            case InterruptKind.Active when _status != ExecutionStatus.Break:
                _interruptedByUser = true;
                AskForBreakIn();
                break;
            case InterruptKind.Exit:
                _exitRequested = true;
                break;
        }

        EndIdleWait();
    }

    // One datagram, which may get lost: it is repeated until the target stops.
    private void AskForBreakIn()
    {
        _interruptRequested = true;
        Interlocked.Exchange(ref _interruptSentAt, Milliseconds);
        _link?.SendBreakIn();
    }

    // The link's own clock: in a simulated network time is simulated too.
    private long Milliseconds => (_link?.Timestamp ?? Stopwatch.GetTimestamp()) / (Stopwatch.Frequency / 1000);

    private void PumpUntilEvent(CancellationToken cancellation)
    {
        while (!Pump(ReceiveSliceMilliseconds)) Attend(cancellation);
    }

    // What has to be looked at now and then while the target runs.
    private void Attend(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_exitRequested) throw new DebugException(DebugException.Pending, "The wait was left by an exit interrupt.");
        if (_interruptRequested && _link is { IsConnected: true } && Milliseconds - Interlocked.Read(ref _interruptSentAt) >= InterruptRepeatMilliseconds)
            AskForBreakIn();
        if (_rearming && !_interruptRequested && Milliseconds - _restartedAt >= RearmPatienceMilliseconds) AskForBreakIn();
    }

    /// <summary>
    /// Waits on a thread of its own while things happen, and without one while nothing does: a hundred idle sessions cost next to nothing.
    /// </summary>
    private async Task PumpUntilEventAsync(CancellationToken cancellation)
    {
        LinkSignal signal = LinkSignal.None;
        while (true)
        {
            // Answering an event takes requests, which block.
            LinkSignal brought = signal;
            if (await Task.Factory.StartNew(() => Handle(brought) || PumpWhileBusy(cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false))
                return;
            signal = await WaitIdleAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>True when the target stands still with an event to report, false when nothing has come for a while.</summary>
    private bool PumpWhileBusy(CancellationToken cancellation)
    {
        KdLink link = _link ?? throw NoTarget();
        long quietSince = Milliseconds;
        while (true)
        {
            if (_calls is not { } calls) throw NoTarget();
            LinkSignal signal = calls.Receive(ReceiveSliceMilliseconds);
            if (Handle(signal)) return true;
            Attend(cancellation);
            if (signal != LinkSignal.None) quietSince = Milliseconds;
            else if (link.CanWaitIdle && Milliseconds - quietSince >= BusyMilliseconds) return false;
        }
    }

    private async Task<LinkSignal> WaitIdleAsync(CancellationToken cancellation)
    {
        KdLink link = _link ?? throw NoTarget();
        while (link.CanWaitIdle)
        {
            using (CancellationTokenSource idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
            {
                lock (_idleLock) _idle = idle;
                // An interrupt may have come before there was a wait to end.
                if (!_exitRequested) await link.WaitIdleAsync(_interruptRequested || _rearming ? InterruptRepeatMilliseconds / 2 : IdleMilliseconds, idle.Token).ConfigureAwait(false);
                lock (_idleLock) _idle = null;
            }

            if (_link is null) throw NoTarget();
            Attend(cancellation);
            LinkSignal signal = _calls!.Receive(0);
            if (signal != LinkSignal.None) return signal;
        }

        return LinkSignal.None;
    }

    private void EndIdleWait()
    {
        lock (_idleLock) _idle?.Cancel();
    }

    /// <summary>Takes one thing from the link. True when the target stands still with an event to report.</summary>
    private bool Pump(int milliseconds)
    {
        TargetCalls calls = _calls ?? throw NoTarget();
        return Handle(calls.Receive(milliseconds));
    }

    private bool Handle(LinkSignal signal)
    {
        KdLink link = _link ?? throw NoTarget();
        switch (signal)
        {
            case LinkSignal.Connected:
                if (BreaksInitially || _interruptRequested) AskForBreakIn();
                return false;
            case LinkSignal.Restarted:
                Restarted();
                if (BreaksInitially || _interruptRequested) AskForBreakIn();
                return false;
            case LinkSignal.Packet:
                break;
            default:
                return false;
        }

        StateChange change;
        bool known = link.Type switch
        {
            PacketType.StateChange64 => StateChange.TryRead(link.Payload, out change),
            PacketType.StateChange32 => StateChange32.TryRead(link.Payload, out change),
            _ => Unknown(out change),
        };
        if (!known)
        {
            OnUnsolicited(link.Type, link.Payload);
            return false;
        }

        // The payload is the link's; the calls that follow overwrite it.
        _unhandled = new UnhandledChange(change, link.Payload.ToArray());
        return TakeStateChange();
    }

    /// <summary>
    /// Handles the state change that came. It asks the target, however long that takes: the target stands still, and until its state
    /// change is handled nobody can go on. A wait that is cancelled meanwhile leaves it to the next one.
    /// </summary>
    private bool TakeStateChange()
    {
        (StateChange change, byte[] payload) = _unhandled!;
        _handlingEvent = true;
        _calls!.Patience = _waitCancellation;
        try
        {
            bool stopped = TakeStateChange(change, payload);
            _unhandled = null;
            return stopped;
        }
        catch (TargetRestartedException)
        {
            return false;
        }
        finally
        {
            if (_calls is { } calls) calls.Patience = null;
            _handlingEvent = false;
        }
    }

    private bool TakeStateChange(in StateChange change, byte[] payload)
    {
        Processors.SetFromEvent(change);
        _eventThread = change.Thread;
        _lastExceptionCode = change.Kind == StateChangeKind.Exception ? change.Exception.Code : 0;
        Virtual.ForgetCache();
        Registers.Forget();
        if (_target is null) Acquire();
        switch (change.Kind)
        {
            case StateChangeKind.LoadSymbols:
                return TakeModuleEvent(change, payload);
            case StateChangeKind.CommandString:
                WriteOutput(OutputMask.Warning, "The target asked the debugger to run a command; it was not run.\n");
                Continue(NtStatus.DbgContinue, trace: false);
                return false;
            default:
                return TakeException(change, payload);
        }
    }

    private bool TakeException(in StateChange change, byte[] payload)
    {
        _insertion.Remove();
        ulong counter = change.ProgramCounter;
        Breakpoint? hit = null;
        DebugEventKind kind = DebugEventKind.Exception;
        switch (change.Exception.Code)
        {
            case NtStatus.Breakpoint:
                hit = Breakpoints.FirstOrDefault(b => b is { Kind: BreakpointKind.Code, IsEnabled: true, IsResolved: true } && b.Address == counter);
                if (_insertion.Temporary == counter)
                {
                    if (!StepOverIsDone(change) && hit is null) return RunOn(counter);
                    kind = DebugEventKind.Step;
                }

                break;
            case NtStatus.SingleStep:
                hit = change.Kind == StateChangeKind.Exception ? _insertion.FindHit(change, payload) : null;
                if (hit is null && _steppingOff) return StepOffDone();
                kind = DebugEventKind.Step;
                break;
        }

        if (hit is not null)
        {
            kind = DebugEventKind.Breakpoint;
            hit.HitCount++;
            if (hit.CurrentPassCount > 1)
            {
                hit.CurrentPassCount--;
                return RunOn(counter);
            }

            if (hit.IsOneShot) Breakpoints.Remove(hit.Id);
        }

        bool initial = !_initialStopSeen;
        if (_rearming && initial && kind == DebugEventKind.Exception && change.Exception.Code == NtStatus.Breakpoint && !_interruptedByUser && !BreaksInitially)
        {
            // We broke in only to put the breakpoints back into a restarted target.
            _initialStopSeen = true;
            Rearmed();
            return RunOn(counter);
        }

        DebugEvent happened = new(kind, change.Processor, counter, change.Exception, hit, null, initial, DateTimeOffset.Now);
        ExecutionStatus decision = Decide(happened);
        if (decision is ExecutionStatus.Go or ExecutionStatus.GoHandled or ExecutionStatus.GoNotHandled or ExecutionStatus.IgnoreEvent)
        {
            LastEvent = happened;
            _resumeStatus = decision == ExecutionStatus.IgnoreEvent ? ExecutionStatus.Go : decision;
            return RunOn(counter);
        }

        return Stop(happened);
    }

    private bool TakeModuleEvent(in StateChange change, byte[] payload)
    {
        LoadSymbolsRecord record = change.LoadSymbols;
        if (record is { Unload: true, Base: LoadSymbolsRecord.ShutdownBase })
        {
            WriteOutput(OutputMask.Normal, $"Shutdown occurred at ({DateTimeOffset.Now:ddd MMM d HH:mm:ss.fff yyyy})...unloading all symbol tables.\nWaiting to reconnect...\n");
            Post(ManipulateApi.DbgKdContinueApi, NtStatus.DbgContinue, trace: false);
            ForgetTarget();
            return false;
        }

        ExecutionStatus decision = ExecutionStatus.NoChange;
        Module? module;
        bool newlyKnown = false;
        if (record.Unload)
        {
            module = Modules.Remove(record.Base);
            if (module is not null)
            {
                _insertion.Remove(module.Base, module.Size);
                NamedBreakpoints.Release(Breakpoints, module);
                foreach (DebugEventCallbacks callbacks in _callbacks) decision = Stronger(decision, callbacks.OnUnloadModule(module.ImageName, module.Base));
            }
        }
        else
        {
            module = Modules.Add(ModulePath(record, payload), record.Base, record.SizeOfImage, record.Checksum);
            WriteOutput(OutputMask.Verbose, $"ModLoad: {Hex(module.Base)} {Hex(module.Base + module.Size)}   {module.ImageName}\n");
            foreach (DebugEventCallbacks callbacks in _callbacks) decision = Stronger(decision, callbacks.OnLoadModule(module));
            newlyKnown = NamedBreakpoints.Resolve(this, module);
        }

        bool initialModuleBreak = _options.InitialModuleBreak && !_initialStopSeen;
        if (decision != ExecutionStatus.Break && !initialModuleBreak)
        {
            if (_rearming && !record.Unload)
            {
                // A booting target stands here by itself: no need to break into it later.
                _insertion.Insert(except: ulong.MaxValue);
                Rearmed();
            }
            else if (newlyKnown)
            {
                _insertion.Insert(except: ulong.MaxValue);
            }

            Continue(NtStatus.DbgContinue, trace: false);
            return false;
        }

        _insertion.Remove();
        DebugEventKind kind = record.Unload ? DebugEventKind.UnloadModule : DebugEventKind.LoadModule;
        return Stop(new DebugEvent(kind, change.Processor, change.ProgramCounter, default, null, module, !_initialStopSeen, DateTimeOffset.Now));
    }

    private void Rearmed()
    {
        _rearming = false;
        _interruptRequested = _interruptedByUser || (BreaksInitially && !_initialStopSeen);
    }

    private bool Stop(DebugEvent happened)
    {
        LastEvent = happened;
        _initialStopSeen = true;
        _rearming = false;
        _interruptRequested = false;
        _interruptedByUser = false;
        _steppingOff = false;
        _insertion.Temporary = null;
        _status = ExecutionStatus.Break;
        foreach (DebugEventCallbacks callbacks in _callbacks) callbacks.OnExecutionStatus(_status);
        return true;
    }

    private ExecutionStatus Decide(DebugEvent happened)
    {
        ExecutionStatus decision = ExecutionStatus.NoChange;
        foreach (DebugEventCallbacks callbacks in _callbacks)
        {
            ExecutionStatus answer = happened.Kind == DebugEventKind.Breakpoint
                ? callbacks.OnBreakpoint(happened.Breakpoint!)
                : callbacks.OnException(happened.Exception);
            decision = Stronger(decision, answer);
        }

        return decision;
    }

    /// <summary>What the kernel is, asked once: version, data block, build, time. Few requests: everything else waits until it is needed.</summary>
    private void Acquire()
    {
        TargetCalls calls = _calls!;
        lock (calls.Turn)
        {
            // The engine of the original asks with a protocol version of 1 (facts: kdnet-wire, section 5).
            Span<byte> request = calls.Begin(ManipulateApi.DbgKdGetVersionApi);
            request[ManipulateHeader.UnionOffset + 4] = 1;
            uint status = calls.Exchange(out ReadOnlySpan<byte> reply);
            if (!NtStatus.IsSuccess(status)) throw new DebugException(DebugException.Failed, $"The target does not tell its version (status {status:x8}).");
            VersionBlock version = VersionBlock.Read(reply);
            ContextLayout layout = ContextLayout.ForMachine(version.MachineType)
                ?? throw new DebugException(DebugException.Failed, $"The target's processor (machine type {version.MachineType:x4}) is not supported: amd64, arm64 and x86 are.");
            calls.Agree(version.LargeMemory);
            _target = new TargetInformation(version, layout, Virtual);
        }

        TargetInformation target = _target;
        bool isNt = target.Version.MajorVersion >> 8 == 0;
        Modules.StartWith(new Module(this, "nt", isNt ? "ntkrnlmp.exe" : "kernel", isNt ? "ntkrnlmp.exe" : "kernel", target.KernelBase, 0, null, null));
        if (_kernelBase != 0) NamedBreakpoints.FollowKernel(this, Modules.FindByAddress(target.KernelBase)!, _kernelBase);
        _kernelBase = target.KernelBase;
        ReadBuildLab(target);
        foreach (DebugEventCallbacks callbacks in _callbacks) callbacks.OnSessionStatus(SessionStatus.Active);
    }

    private void ReadBuildLab(TargetInformation target)
    {
        ulong address = Data.ReadPointer(DataSpaces.DebuggerDataField.NtBuildLab);
        if (address == 0) return;
        Span<byte> text = stackalloc byte[0x80];
        int length = Virtual.Read(address, text);
        int end = text[..length].IndexOf((byte)0);
        string lab = Encoding.ASCII.GetString(text[..Math.Max(0, end)]);
        target.BuildLab = new string([.. lab.Where(c => c is >= ' ' and <= '~')]);
    }

    private void Restarted()
    {
        WriteOutput(OutputMask.Normal, "The target restarted; connected to it again.\n");
        _rearming = Breakpoints.Any(b => b.IsEnabled);
        _restartedAt = Milliseconds;
        _initialStopSeen = false;
        _steppingOff = false;
        _unhandled = null;
        ForgetTarget();
        if (_status != ExecutionStatus.NoDebuggee) _status = ExecutionStatus.Go;
        foreach (DebugEventCallbacks callbacks in _callbacks) callbacks.OnSessionStatus(SessionStatus.Reboot);
    }

    private void OnSignalDuringCall(LinkSignal signal)
    {
        if (signal != LinkSignal.Restarted) return;
        Restarted();
        _status = ExecutionStatus.NoDebuggee;
        if (BreaksInitially || _interruptRequested) AskForBreakIn();
        throw new TargetRestartedException();
    }

    private void OnUnsolicited(PacketType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case PacketType.DebugIo when DebugIo.TryRead(payload, out DebugIo io, out ReadOnlySpan<byte> text):
                WriteOutput(OutputMask.Debuggee, Encoding.Latin1.GetString(text));
                if (io.Api == DebugIo.GetString) AnswerPrompt(io);
                break;
            case PacketType.FileIo:
                Span<byte> refusal = stackalloc byte[FileIo.Size];
                if (FileIo.TryWriteRefusal(payload, refusal)) _link!.Send(PacketType.FileIo, refusal, expectsReply: false);
                break;
        }
    }

    // Nobody can be asked here: an empty line lets the target go on, as pressing ENTER would.
    private void AnswerPrompt(DebugIo io)
    {
        Span<byte> answer = stackalloc byte[DebugIo.HeaderSize];
        io.TextLength = 0;
        io.AnswerLimit = 0;
        io.Write(answer);
        _link!.Send(PacketType.DebugIo, answer, expectsReply: false);
    }

    private static ExecutionStatus Stronger(ExecutionStatus a, ExecutionStatus b) => Rank(b) > Rank(a) ? b : a;

    // The order of precedence does not follow the numbers (facts: kernel-debugging-docs, B.4).
    private static int Rank(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Break => 7,
        ExecutionStatus.StepInto => 6,
        ExecutionStatus.StepOver => 5,
        ExecutionStatus.GoNotHandled => 4,
        ExecutionStatus.GoHandled => 3,
        ExecutionStatus.Go => 2,
        ExecutionStatus.IgnoreEvent => 1,
        _ => 0,
    };

    private static string ModulePath(in LoadSymbolsRecord record, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> name = payload.Length > StateChange.Size ? payload[StateChange.Size..] : [];
        if (record.PathNameLength < (uint)name.Length) name = name[..(int)record.PathNameLength];
        int end = name.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? name : name[..end]);
    }

    private static bool Unknown(out StateChange change)
    {
        change = default;
        return false;
    }

    private static string Hex(ulong address) => $"{address >> 32:x8}`{address & uint.MaxValue:x8}";
}
