using NetKd.Symbols.Scopes;
using NetKd.Symbols.Unwinding;

namespace NetKd.Engine.Stacks;

/// <summary>
/// One row of a stack: a function with a frame of its own, or one that was compiled into the function of a later row (<see cref="Inline"/>). Rows of
/// inlined functions come before the row of the function that holds them, innermost first, and share its addresses and registers.
/// </summary>
/// <param name="InstructionPointer">Where it executes, or will go on.</param>
/// <param name="StackPointer">Stack pointer within it (Child-SP).</param>
/// <param name="ReturnAddress">Where it returns to, 0 for the outermost. After a trap, the interrupted instruction.</param>
/// <param name="FramePointer">Its frame pointer register.</param>
/// <param name="Arguments">The four words above the return address, as kb and kv show them: on amd64 the home slots, on x86 the arguments.</param>
/// <param name="Method">How the frame was found.</param>
public sealed record StackFrame(ulong InstructionPointer, ulong StackPointer, ulong ReturnAddress, ulong FramePointer, IReadOnlyList<ulong> Arguments, FrameMethod Method)
{
    /// <summary>The registers as they were in this frame.</summary>
    public required FrameContext Context { get; init; }

    /// <summary>Where <see cref="Arguments"/> were read: on x86 above the return address. 0 for the outermost.</summary>
    public ulong ArgumentsAddress { get; init; }

    /// <summary>
    /// An address within the instruction that this frame executes: the program counter itself in the innermost frame and in one that a trap
    /// interrupted, else the byte before the return address, since a call may be the last instruction of its line, scope or function.
    /// </summary>
    public required ulong LookupAddress { get; init; }

    /// <summary>The inlined function that this row stands for; null for a function with a frame of its own.</summary>
    public InlineSite? Inline { get; init; }

    /// <summary>
    /// The source line that this row executes, null when unknown: where inlined calls are in progress, the line of the call within this
    /// row's function.
    /// </summary>
    public SourceLine? Line { get; init; }
}
