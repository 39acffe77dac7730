using Iced.Intel;

namespace NetKd.Commands.Disassembly;

/// <summary>One instruction: where it is, its bytes, its text, and the decoded form for those who step.</summary>
/// <param name="Address">Address of the first byte.</param>
/// <param name="Length">Bytes of the instruction, 1 where it cannot be decoded.</param>
/// <param name="Line">The line in kd's layout.</param>
/// <param name="Instruction">The decoded instruction; its code is INVALID where it cannot be decoded.</param>
public readonly record struct DisassembledLine(ulong Address, int Length, string Line, Instruction Instruction)
{
    /// <summary>Address of the next instruction.</summary>
    public ulong Next => unchecked(Address + (ulong)Length);
}
