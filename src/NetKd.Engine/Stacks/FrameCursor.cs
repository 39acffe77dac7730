using NetKd.Engine.Modules;
using NetKd.Engine.Stepping;
using NetKd.Symbols.Unwinding;

namespace NetKd.Engine.Stacks;

/// <summary>Stands in one frame of a stack and moves outwards: what differs from one architecture to the other.</summary>
internal abstract class FrameCursor(DebugClient client)
{
    private readonly bool _startsOutside = client.Modules.FindByAddress(client.Registers.InstructionPointer) is null;

    protected DebugClient Client { get; } = client;

    /// <summary>The program counter.</summary>
    public abstract ulong InstructionPointer { get; }

    /// <summary>The stack pointer.</summary>
    public abstract ulong StackPointer { get; }

    /// <summary>The frame pointer register.</summary>
    public abstract ulong FramePointer { get; }

    /// <summary>True when the program counter is the next instruction rather than a return address.</summary>
    public abstract bool IsExecuting { get; }

    /// <summary>Where the words are that kb shows, once the cursor has moved to the caller.</summary>
    public virtual ulong CalleeArguments => StackPointer;

    /// <summary>An address within the instruction that the frame executes.</summary>
    public ulong LookupAddress => IsExecuting ? InstructionPointer : unchecked(InstructionPointer - 1);

    /// <summary>Moves to the caller. False when nobody can tell who that is; the cursor is then of no more use.</summary>
    public abstract bool TryMoveOut(out FrameMethod method);

    /// <summary>The registers of this frame.</summary>
    public abstract FrameContext Capture();

    /// <summary>The module that holds the frame's code, or null.</summary>
    protected Module? FindModule() => Client.Modules.FindByAddress(LookupAddress);

    /// <summary>
    /// True for an address that a call can have left: one in a module. A machine that executes outside of all modules has none that are known, and there
    /// what stands behind a call will do.
    /// </summary>
    protected bool IsReturnAddress(ulong address) => Client.Modules.FindByAddress(address) is not null || (_startsOutside && CallSkip.IsBehindCall(Client, address));

    /// <summary>What unwinding needs of a module; null when its headers cannot be read.</summary>
    protected static UnwindImage? UnwindDataOf(Module? module) =>
        module?.Functions is { Count: > 0 } functions ? new UnwindImage(module.Base, module.Constant, functions) : null;
}
