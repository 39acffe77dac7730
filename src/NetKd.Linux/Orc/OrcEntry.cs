namespace NetKd.Linux.Orc;

/// <summary>What a caller's stack or frame pointer is counted from (kernel source: arch/x86/include/asm/orc_types.h).</summary>
public enum OrcBase
{
    /// <summary>Nobody knows, or for the frame pointer: it is as it was.</summary>
    Undefined = 0,
    /// <summary>The caller's stack pointer.</summary>
    PreviousStack = 1,
    /// <summary>rdx.</summary>
    Rdx = 2,
    /// <summary>rdi.</summary>
    Rdi = 3,
    /// <summary>rbp.</summary>
    Rbp = 4,
    /// <summary>rsp.</summary>
    Rsp = 5,
    /// <summary>r10.</summary>
    R10 = 6,
    /// <summary>r13.</summary>
    R13 = 7,
    /// <summary>What rbp and the offset point to.</summary>
    RbpIndirect = 8,
    /// <summary>What rsp points to, and then the offset.</summary>
    RspIndirect = 9,
}

/// <summary>What is on top of the stack that an entry leads to.</summary>
public enum OrcKind
{
    /// <summary>Nothing is known.</summary>
    Undefined,
    /// <summary>The outermost frame.</summary>
    End,
    /// <summary>Below it a return address.</summary>
    Call,
    /// <summary>All registers of interrupted code.</summary>
    Registers,
    /// <summary>What the processor pushes at an interrupt.</summary>
    InterruptFrame,
}

/// <summary>How to get from code at some address to its caller.</summary>
/// <param name="Kind">What is there.</param>
/// <param name="StackBase">What the stack pointer is counted from.</param>
/// <param name="StackOffset">Bytes from there.</param>
/// <param name="FrameBase">Where the frame pointer is.</param>
/// <param name="FrameOffset">Bytes from there.</param>
public readonly record struct OrcEntry(OrcKind Kind, OrcBase StackBase, short StackOffset, OrcBase FrameBase, short FrameOffset);
