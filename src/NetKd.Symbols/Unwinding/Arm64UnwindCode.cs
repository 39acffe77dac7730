namespace NetKd.Symbols.Unwinding;

/// <summary>One arm64 unwind code.</summary>
/// <param name="Operation">What it says.</param>
/// <param name="First">The first register saved: 0 to 30, or 0 to 31 for vectors; -1 for none.</param>
/// <param name="Second">The second one, -1 for none.</param>
/// <param name="Value">Bytes: an allocation's size, where a register was saved above the stack pointer, or by how much the save moved the stack pointer.</param>
/// <param name="MovesStack">True for a save that first moved the stack pointer down by <paramref name="Value"/>.</param>
/// <param name="IsInEpilogue">False for what the epilogue of packed unwind data does not undo by an instruction.</param>
public readonly record struct Arm64UnwindCode(Arm64UnwindOperation Operation, int First = -1, int Second = -1, int Value = 0, bool MovesStack = false, bool IsInEpilogue = true)
{
    /// <summary>Instructions of the prologue that it stands for: what the processor or another routine put on the stack took none.</summary>
    public int Instructions => Operation is Arm64UnwindOperation.TrapFrame or Arm64UnwindOperation.MachineFrame or Arm64UnwindOperation.Context or Arm64UnwindOperation.ClearUnwoundToCall ? 0 : 1;

    /// <summary>The prologue's instruction, as an assembler writes it.</summary>
    public override string ToString() => Operation switch
    {
        Arm64UnwindOperation.Allocate => $"sub sp, #{Value}",
        Arm64UnwindOperation.SaveIntegers => Save('x'),
        Arm64UnwindOperation.SaveDoubles => Save('d'),
        Arm64UnwindOperation.SaveVectors => Save('q'),
        Arm64UnwindOperation.SaveNext => "save next",
        Arm64UnwindOperation.SetFrame => "mov fp, sp",
        Arm64UnwindOperation.AddFrame => $"add fp, sp, #{Value}",
        Arm64UnwindOperation.SignLink => "pacibsp",
        Arm64UnwindOperation.End => "end",
        Arm64UnwindOperation.EndPart => "end_c",
        Arm64UnwindOperation.TrapFrame => "trap frame",
        Arm64UnwindOperation.MachineFrame => "machine frame",
        Arm64UnwindOperation.Context => "context",
        Arm64UnwindOperation.ClearUnwoundToCall => "clear unwound to call",
        _ => "nop",
    };

    private string Save(char letter)
    {
        string registers = Second < 0 ? $"str {letter}{First}" : $"stp {letter}{First}, {letter}{Second}";
        return MovesStack ? $"{registers}, [sp, #-{Value}]!" : Value == 0 ? $"{registers}, [sp]" : $"{registers}, [sp, #{Value}]";
    }
}
