namespace NetKd.Symbols.Unwinding;

/// <summary>One amd64 unwind code with its operand (x64 exception handling, "struct UNWIND_CODE").</summary>
/// <param name="Offset">Offset in the prologue of the end of the instruction; of version 2's epilogue codes a size or the low byte of a distance.</param>
/// <param name="Operation">What the instruction did.</param>
/// <param name="Info">The operation info field: a register, a size, or flags.</param>
/// <param name="Operand">The operand in bytes: an allocation's size, or where a register was saved; 0 for none.</param>
public readonly record struct UnwindCode(byte Offset, UnwindOperation Operation, int Info, uint Operand);
