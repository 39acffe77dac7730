using Iced.Intel;
using NetKd.Commands.Disassembly;

namespace NetKd.Commands.Execution;

/// <summary>
/// Steps by source lines (<c>l+t</c>): instruction after instruction while they belong to the line, into calls only where the called function
/// has source (Microsoft Learn, "Debugging in Source Mode").
/// </summary>
internal sealed class LineStepper(CommandSession session, TargetRunner runner)
{
    // A line that never ends, such as while(1);, must end some time; CTRL+C ends it earlier.
    private const int MaxInstructions = 100_000;
    private const int MaxJumps = 4;
    private const int MaxLineBytes = 0x10000;

    /// <summary>Steps to another line. Where no line is known, one instruction.</summary>
    public async Task<DebugEvent> StepAsync(ExecutionStatus status, CancellationToken cancellation)
    {
        ulong address = session.Client.Registers.InstructionPointer;
        if (!session.Client.SourceLines.TryFind(address, out SourceLocation? line)) return await runner.ResumeAsync(status, cancellation).ConfigureAwait(false);
        ulong function = session.Client.Symbols.FunctionStart(address);
        LineCode code = new(session, line);
        for (int i = 0; i < MaxInstructions; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            bool calls = code.Flow(address) is FlowControl.Call or FlowControl.IndirectCall;
            ExecutionStatus step = status == ExecutionStatus.StepOver && (calls || code.Repeats(address)) ? ExecutionStatus.StepOver : ExecutionStatus.StepInto;
            DebugEvent debugEvent = await runner.ResumeAsync(step, cancellation).ConfigureAwait(false);
            if (debugEvent.Kind != DebugEventKind.Step) return debugEvent;
            address = debugEvent.ProgramCounter;
            if (calls && step == ExecutionStatus.StepInto)
            {
                (debugEvent, bool entered) = await EnterAsync(debugEvent, cancellation).ConfigureAwait(false);
                if (entered) return debugEvent;
                address = debugEvent.ProgramCounter;
            }

            if (session.Client.SourceLines.TryFind(address, out SourceLocation? now))
            {
                if (!now.IsSameLine(line)) return debugEvent;
                code.Extend(now);
            }
            else if (session.Client.Symbols.FunctionStart(address) != function)
            {
                // Returned to a caller without source, or a jump left the function.
                return debugEvent;
            }
        }

        throw new CommandException($"The line has not ended after {MaxInstructions} instructions; the target is stopped within it.");
    }

    /// <summary>After the step into a call: true to stop there, false when the call had no source and is over.</summary>
    private async Task<(DebugEvent Event, bool Entered)> EnterAsync(DebugEvent debugEvent, CancellationToken cancellation)
    {
        // Imports and incremental links lead through jumps to the function that was meant.
        for (int jumps = 0; jumps <= MaxJumps; jumps++)
        {
            ulong address = debugEvent.ProgramCounter;
            if (session.Client.SourceLines.TryFind(address, out _)) return (debugEvent, true);
            if (LineCode.FlowAt(session, address) is not (FlowControl.UnconditionalBranch or FlowControl.IndirectBranch)) break;
            debugEvent = await runner.ResumeAsync(ExecutionStatus.StepInto, cancellation).ConfigureAwait(false);
            if (debugEvent.Kind != DebugEventKind.Step) return (debugEvent, true);
        }

        // Nothing of the function has run: its return address is on top of the stack.
        ulong stack = session.Client.Registers.StackPointer;
        if (!session.Client.Virtual.TryReadPointer(stack, out ulong returnAddress)) return (debugEvent, true);
        (debugEvent, bool arrived) = await new TemporaryStop(session, runner).RunToAsync(returnAddress, stack, cancellation).ConfigureAwait(false);
        return arrived ? (debugEvent with { Kind = DebugEventKind.Step, Breakpoint = null }, false) : (debugEvent, true);
    }

    /// <summary>The code of the line, read once: reading it again at each instruction would double what a step costs.</summary>
    private sealed class LineCode(CommandSession session, SourceLocation line)
    {
        private readonly List<(ulong Address, byte[] Bytes)> _pieces = [Read(session, line)];

        public void Extend(SourceLocation piece)
        {
            if (Find(piece.Address) is null) _pieces.Add(Read(session, piece));
        }

        public FlowControl Flow(ulong address) => Instruction(address)?.Flow ?? FlowAt(session, address);

        public bool Repeats(ulong address) => Instruction(address) is { Repeats: true };

        public static FlowControl FlowAt(CommandSession session, ulong address)
        {
            byte[] bytes = new byte[session.Disassembler.MaxInstructionLength];
            int read = session.Client.Virtual.Read(address, bytes);
            return session.Disassembler.DecodeOne(address, bytes.AsSpan(0, read))?.Flow ?? FlowControl.Exception;
        }

        private DisassembledLine? Instruction(ulong address) =>
            Find(address) is { } piece ? session.Disassembler.DecodeOne(address, piece.Bytes.AsSpan((int)(address - piece.Address))) : null;

        private (ulong Address, byte[] Bytes)? Find(ulong address)
        {
            foreach ((ulong Address, byte[] Bytes) piece in _pieces)
            {
                if (unchecked(address - piece.Address) < (ulong)piece.Bytes.Length) return piece;
            }

            return null;
        }

        private static (ulong Address, byte[] Bytes) Read(CommandSession session, SourceLocation piece)
        {
            byte[] bytes = new byte[Math.Min(piece.Length, MaxLineBytes)];
            int read = session.Client.Virtual.Read(piece.Address, bytes);
            return (piece.Address, bytes[..read]);
        }
    }
}
