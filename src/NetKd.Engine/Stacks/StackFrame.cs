namespace NetKd.Engine.Stacks;

/// <summary>How a frame was found.</summary>
public enum FrameMethod
{
    /// <summary>From the registers: the innermost frame.</summary>
    Registers,
    /// <summary>By the image's unwind data.</summary>
    UnwindData,
    /// <summary>As a leaf function: the return address on top of the stack.</summary>
    Leaf,
    /// <summary>By the chain of frame pointers.</summary>
    FramePointer,
}

/// <summary>One function on the stack.</summary>
/// <param name="InstructionPointer">Where it executes, or will go on.</param>
/// <param name="StackPointer">Stack pointer within it (Child-SP).</param>
/// <param name="ReturnAddress">Where it returns to, 0 for the outermost.</param>
/// <param name="FramePointer">Its frame pointer register.</param>
/// <param name="Arguments">The four home slots above the return address, as kb and kv show them.</param>
/// <param name="Method">How the frame was found.</param>
public sealed record StackFrame(ulong InstructionPointer, ulong StackPointer, ulong ReturnAddress, ulong FramePointer, IReadOnlyList<ulong> Arguments, FrameMethod Method);
