namespace NetKd.Symbols.Unwinding;

/// <summary>What an instruction of an arm64 prologue did, or what lies on the stack (ARM64 exception handling, "Unwind codes").</summary>
public enum Arm64UnwindOperation
{
    /// <summary>Nothing that matters: nop, or the homing of parameters.</summary>
    Nop,
    /// <summary>Moved the stack pointer down: alloc_s, alloc_m, alloc_l.</summary>
    Allocate,
    /// <summary>Saved one or two integer registers: save_reg, save_regp, save_lrpair, save_fplr, save_r19r20_x, save_any_reg.</summary>
    SaveIntegers,
    /// <summary>Saved one or two low halves of vectors: save_freg, save_fregp, save_any_reg.</summary>
    SaveDoubles,
    /// <summary>Saved one or two vectors: save_any_reg.</summary>
    SaveVectors,
    /// <summary>Saved the pair of registers behind the one saved before it: save_next.</summary>
    SaveNext,
    /// <summary>Set the frame pointer to the stack pointer: set_fp.</summary>
    SetFrame,
    /// <summary>Set the frame pointer to the stack pointer plus an offset: add_fp.</summary>
    AddFrame,
    /// <summary>Signed the return address: pac_sign_lr.</summary>
    SignLink,
    /// <summary>The function's end.</summary>
    End,
    /// <summary>The end of the codes of this part of a function; those of the part before it follow: end_c.</summary>
    EndPart,
    /// <summary>A kernel's trap frame is on the stack: MSFT_OP_TRAP_FRAME.</summary>
    TrapFrame,
    /// <summary>A stack pointer and a program counter are on the stack: MSFT_OP_MACHINE_FRAME.</summary>
    MachineFrame,
    /// <summary>A CONTEXT record is on the stack: MSFT_OP_CONTEXT.</summary>
    Context,
    /// <summary>The caller did not call, it was interrupted: MSFT_OP_CLEAR_UNWOUND_TO_CALL.</summary>
    ClearUnwoundToCall,
}
