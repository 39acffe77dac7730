using NetKd.Protocol.Contexts;
using NetKd.Symbols.Scopes;
using NetKd.Symbols.Unwinding;

namespace NetKd.Engine.Stacks;

/// <summary>
/// Walks the current processor's stack outwards: by the images' unwind data, through traps and interrupts, else by the best that is known.
/// What is read of the images is kept between stops, so that a stack costs the registers, the code where something executes, and the stack itself.
/// </summary>
public sealed class StackWalker
{
    // A stack of a machine has a handful: thread, interrupt, double fault, non-maskable interrupt.
    private const int MaxStackSwitches = 16;

    private readonly DebugClient _client;

    internal StackWalker(DebugClient client) => _client = client;

    /// <summary>
    /// Walks as <see cref="Walk"/> does and adds what the modules' PDBs say: source lines, and a row for each inlined function before the row of the
    /// function that holds it. Loads the symbols of the modules on the stack. At most a number of rows.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind.</exception>
    public IReadOnlyList<StackFrame> WalkWithInlined(int maxRows, CancellationToken cancellation = default)
    {
        List<StackFrame> rows = [];
        foreach (StackFrame frame in Walk(maxRows, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            if (_client.Modules.FindByAddress(frame.LookupAddress) is not { PdbSymbols: { } symbols } module)
            {
                rows.Add(frame);
                continue;
            }

            IReadOnlyList<ActiveFunction> active = InlinedCalls.At(symbols, (uint)(frame.LookupAddress - module.Base));
            for (int i = 0; i < active.Count; i++)
            {
                FrameMethod method = active[i].Site is null ? frame.Method : FrameMethod.Inline;
                rows.Add(frame with { Method = method, Inline = active[i].Site, Line = active[i].Line });
            }
        }

        return rows.Count > maxRows ? rows[..maxRows] : rows;
    }

    /// <summary>
    /// Walks from the registers outwards, at most a number of frames, without inlined functions and source lines. Always ends: each caller's
    /// stack pointer is above its callee's, unless a trap changed stacks.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind.</exception>
    public IReadOnlyList<StackFrame> Walk(int maxFrames, CancellationToken cancellation = default)
    {
        _client.RequireHaltable("Stacks are");
        List<StackFrame> frames = [];
        FrameCursor cursor = Start();
        FrameMethod method = FrameMethod.Registers;
        int switches = 0;
        for (int depth = 0; depth < maxFrames; depth++)
        {
            cancellation.ThrowIfCancellationRequested();
            StackFrame frame = new(cursor.InstructionPointer, cursor.StackPointer, 0, cursor.FramePointer, [0, 0, 0, 0], method)
            {
                Context = cursor.Capture(),
                LookupAddress = cursor.LookupAddress,
            };
            bool moved = cursor.TryMoveOut(out method);
            if (moved) frame = frame with { ReturnAddress = cursor.InstructionPointer, ArgumentsAddress = cursor.CalleeArguments, Arguments = ReadArguments(cursor.CalleeArguments) };
            frames.Add(frame);
            if (!moved || cursor.InstructionPointer == 0) break;
            if (IsFurtherOut(cursor, frame)) continue;
            // The stack grows down: a caller's frame is above, or the data does not describe one. A trap may have changed stacks.
            if (!cursor.IsExecuting || ++switches > MaxStackSwitches) break;
        }

        return frames;
    }

    // A leaf that keeps its return address in a register has no stack of its own.
    private static bool IsFurtherOut(FrameCursor caller, StackFrame callee) =>
        caller.StackPointer > callee.StackPointer || (caller.StackPointer == callee.StackPointer && callee.Method == FrameMethod.Registers && caller.InstructionPointer != callee.InstructionPointer);

    private FrameCursor Start() => _client.Target.MachineType switch
    {
        ContextLayout.MachineAmd64 => new Amd64Cursor(_client),
        ContextLayout.MachineArm64 => new Arm64Cursor(_client),
        ContextLayout.MachineX86 => new X86Cursor(_client),
        _ => new FramePointerCursor(_client),
    };

    private ulong[] ReadArguments(ulong address)
    {
        ulong[] arguments = new ulong[4];
        uint pointer = (uint)_client.Target.PointerSize;
        for (uint i = 0; i < 4; i++) _client.Virtual.TryReadPointer(address + i * pointer, out arguments[i]);
        return arguments;
    }
}
