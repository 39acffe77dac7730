namespace NetKd.Target.Server;

/// <summary>
/// The target's side of a kernel debugging session: tells the debugger what happened and answers its calls until it lets the
/// machine go. Written once for hosted and bare-metal targets; owned by one thread.
/// </summary>
public sealed class KdServer
{
    // DbgPrint text is dropped rather than stop a machine whose debugger is gone; five tries cover the usual loss.
    private const int PrintTries = 5;

    private readonly Machine _machine;
    private readonly TargetLink _link;
    private readonly ManipulateCalls _calls;
    private bool _breakInSeen;

    /// <summary>Makes a server on the network. It talks only while one of its methods runs.</summary>
    public KdServer(Machine machine, DatagramPort port, in KdServerSettings settings)
        : this(machine, new KdPacketLink(new KdNetEndpoint(port, settings), port), settings.HaltWaitMicroseconds)
    {
    }

    /// <summary>Makes a server on any link. A halted machine waits for a debugger as <see cref="KdServerSettings.HaltWaitMicroseconds"/> says.</summary>
    public KdServer(Machine machine, TargetLink link, long haltWaitMicroseconds)
    {
        _machine = machine;
        _link = link;
        HaltWaitMicroseconds = haltWaitMicroseconds;
        _calls = new ManipulateCalls(machine);
    }

    /// <summary>How long a halted machine waits for a debugger to show itself, in microseconds; -1 for ever.</summary>
    public long HaltWaitMicroseconds { get; set; }

    /// <summary>True once a debugger has shown itself.</summary>
    public bool IsConnected => _link.IsConnected;

    /// <summary>Calls made by the debugger.</summary>
    public RequestCounts Requests => _calls.Counts;

    /// <summary>The breakpoints that the debugger has in memory.</summary>
    public BreakpointTable Breakpoints => _calls.Breakpoints;

    /// <summary>Datagrams refused.</summary>
    public uint Rejected => _link.Rejected;

    /// <summary>Packets sent again.</summary>
    public uint Resent => _link.Resent;

    /// <summary>Pokes sent.</summary>
    public uint Pokes => _link.Pokes;

    /// <summary>
    /// To be called often while the machine runs: pokes, answers, and tells whether the debugger asked to break in.
    /// Waits up to a time in microseconds for something to come.
    /// </summary>
    public bool PollBreakIn(int waitMicroseconds)
    {
        if (TakeBreakIn()) return true;
        return _link.Receive(waitMicroseconds) == BodyKind.BreakIn;
    }

    /// <summary>
    /// Reports an exception and serves the debugger until it continues. Returns the continue status
    /// (<see cref="NtStatus.DbgExceptionNotHandled"/> when the target should look for a handler).
    /// </summary>
    public uint ReportException(in ExceptionRecord exception)
    {
        StateChange change = NewChange(StateChangeKind.Exception);
        change.Exception = exception;
        return Halt(change, default);
    }

    /// <summary>Reports a module that came or went; the path is ASCII without a NUL. Serves the debugger until it continues.</summary>
    public void ReportLoadSymbols(in LoadSymbolsRecord module, ReadOnlySpan<byte> path)
    {
        StateChange change = NewChange(StateChangeKind.LoadSymbols);
        change.LoadSymbols = module;
        change.LoadSymbols.PathNameLength = path.Length == 0 ? 0 : (uint)path.Length + 1;
        Halt(change, path);
    }

    /// <summary>Sends text to the debugger (DbgPrint), cut to one packet. Dropped when no debugger is there.</summary>
    public void Print(ReadOnlySpan<byte> text)
    {
        if (!_link.IsConnected) return;
        int room = _link.PayloadLimit - DebugIo.HeaderSize;
        if (text.Length > room) text = text.Slice(0, room);
        if (text.Length == 0) return;
        DebugIo io = default;
        io.Api = DebugIo.PrintString;
        io.Processor = (ushort)_machine.CurrentProcessor;
        io.TextLength = (uint)text.Length;
        io.Write(_link.Outgoing);
        text.CopyTo(_link.Outgoing.Slice(DebugIo.HeaderSize));
        _link.Send(PacketType.DebugIo, DebugIo.HeaderSize + text.Length);
        int tries = 0;
        long started = _link.Microseconds;
        while (_link.IsPending && tries < PrintTries)
        {
            if (_link.Receive(_link.FirstResendWait) == BodyKind.BreakIn) _breakInSeen = true;
            if (_link.Microseconds - started > PrintTries * (long)_link.FirstResendWait) break;
            tries++;
        }

        _link.GiveUp();
    }

    private bool TakeBreakIn()
    {
        bool seen = _breakInSeen;
        _breakInSeen = false;
        return seen;
    }

    private void TakeLimits()
    {
        _calls.PayloadLimit = _link.PayloadLimit;
        _calls.MemoryPayloadLimit = _link.MemoryPayloadLimit;
    }

    private StateChange NewChange(StateChangeKind kind)
    {
        StateChange change = default;
        int processor = _machine.CurrentProcessor;
        change.Kind = kind;
        change.Processor = (ushort)processor;
        change.ProcessorCount = (uint)_machine.ProcessorCount;
        change.Thread = _machine.CurrentThread(processor);
        change.ProgramCounter = _machine.ProgramCounter(processor);
        return change;
    }

    private void SendChange(in StateChange change, ReadOnlySpan<byte> path)
    {
        Span<byte> payload = _link.Outgoing;
        change.Write(payload);
        _calls.Breakpoints.RestoreRange(_machine, change.ProgramCounter, StateChange.InstructionStreamSize);
        _machine.FillControlReport(change.Processor, payload.Slice(StateChange.ControlReportOffset, StateChange.ControlReportSize));
        int length = StateChange.Size;
        if (path.Length != 0)
        {
            path.CopyTo(payload.Slice(length));
            payload[length + path.Length] = 0;
            length += path.Length + 1;
        }

        _link.Send(PacketType.StateChange64, length);
    }

    private uint Halt(StateChange change, ReadOnlySpan<byte> path)
    {
        // A stop answers a break-in. A module event does not: debuggers continue from it on their own, still waiting for the break that
        // they asked for at the start.
        bool keepsBreakIn = change.Kind == StateChangeKind.LoadSymbols;
        if (!keepsBreakIn) _breakInSeen = false;
        TakeLimits();
        SendChange(change, path);
        long started = _link.Microseconds;
        while (true)
        {
            BodyKind kind = _link.Receive(-1);
            if (_link.IsClosed) break;
            if (!_link.IsConnected)
            {
                if (HaltWaitMicroseconds >= 0 && _link.Microseconds - started >= HaltWaitMicroseconds) break;
                continue;
            }

            if (kind == BodyKind.BreakIn && keepsBreakIn) _breakInSeen = true;
            if (kind == BodyKind.Connected) TakeLimits();
            if (kind == BodyKind.NewHost)
            {
                if (_link.IsPending && _link.PendingType == PacketType.StateChange64) _link.Resend();
                else SendChange(change, path);
            }

            if (kind != BodyKind.Packet || _link.Type != PacketType.StateManipulate) continue;
            CallOutcome outcome = _calls.Answer(_link.Payload, _link.Outgoing, out int replyLength);
            if (outcome == CallOutcome.Reply) _link.Send(PacketType.StateManipulate, replyLength);
            else if (outcome == CallOutcome.SwitchProcessor)
            {
                change.Processor = (ushort)_machine.CurrentProcessor;
                change.Thread = _machine.CurrentThread(change.Processor);
                change.ProgramCounter = _machine.ProgramCounter(change.Processor);
                SendChange(change, default);
            }
            else if (outcome == CallOutcome.Continue) return _calls.ContinueStatus;
        }

        _link.GiveUp();
        return NtStatus.DbgExceptionNotHandled;
    }
}
