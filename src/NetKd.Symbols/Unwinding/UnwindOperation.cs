namespace NetKd.Symbols.Unwinding;

/// <summary>Operations of amd64 unwind codes (x64 exception handling, "Unwind operation code").</summary>
public enum UnwindOperation
{
    /// <summary>UWOP_PUSH_NONVOL.</summary>
    PushNonvolatile = 0,
    /// <summary>UWOP_ALLOC_LARGE.</summary>
    AllocateLarge = 1,
    /// <summary>UWOP_ALLOC_SMALL.</summary>
    AllocateSmall = 2,
    /// <summary>UWOP_SET_FPREG.</summary>
    SetFramePointer = 3,
    /// <summary>UWOP_SAVE_NONVOL.</summary>
    SaveNonvolatile = 4,
    /// <summary>UWOP_SAVE_NONVOL_FAR.</summary>
    SaveNonvolatileFar = 5,
    /// <summary>UWOP_EPILOG of version 2.</summary>
    Epilog = 6,
    /// <summary>UWOP_SAVE_XMM128.</summary>
    SaveXmm128 = 8,
    /// <summary>UWOP_SAVE_XMM128_FAR.</summary>
    SaveXmm128Far = 9,
    /// <summary>UWOP_PUSH_MACHFRAME.</summary>
    PushMachineFrame = 10,
}
