namespace NetKd.Symbols.Unwinding;

/// <summary>How a frame was found, from the one within it.</summary>
public enum FrameMethod
{
    /// <summary>From the registers: the innermost frame.</summary>
    Registers,
    /// <summary>By the image's unwind data.</summary>
    UnwindData,
    /// <summary>The function within was in its epilogue: what was left of it was carried out.</summary>
    Epilogue,
    /// <summary>The function within is a leaf: the return address was on top of the stack, or in the link register.</summary>
    Leaf,
    /// <summary>By what the processor saved at a trap or interrupt: the frame's program counter is not a return address.</summary>
    MachineFrame,
    /// <summary>By an x86 frame data program.</summary>
    FrameData,
    /// <summary>By an x86 FPO record.</summary>
    Fpo,
    /// <summary>By the chain of frame pointers.</summary>
    FramePointer,
    /// <summary>Not on the stack: a function that was compiled into the next one.</summary>
    Inline,
    /// <summary>Nothing is known of the function within; the first word on the stack that a call can have put there was taken.</summary>
    Guess,
}
