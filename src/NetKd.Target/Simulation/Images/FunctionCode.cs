using Iced.Intel;

namespace NetKd.Target.Simulation;

/// <summary>
/// The assembler for one function's body, with the addresses of the image's other functions and variables.
/// </summary>
internal sealed class FunctionCode
{
    private readonly ImageFunction _function;
    private readonly Func<string, ulong> _addressOf;

    /// <summary>Begins a function with its prolog.</summary>
    public FunctionCode(ImageFunction function, Func<string, ulong> addressOf)
    {
        _function = function;
        _addressOf = addressOf;
        foreach (Register register in function.Saved) Assembler.push(new AssemblerRegister64(register));
        if (function.StackBytes != 0) Assembler.sub(AssemblerRegisters.rsp, function.StackBytes);
    }

    /// <summary>Iced's assembler.</summary>
    public Assembler Assembler { get; } = new Assembler(64);

    /// <summary>The epilog and the return.</summary>
    public void Return()
    {
        if (_function.StackBytes != 0) Assembler.add(AssemblerRegisters.rsp, _function.StackBytes);
        for (int i = _function.Saved.Length - 1; i >= 0; i--) Assembler.pop(new AssemblerRegister64(_function.Saved[i]));
        if (_function.HasMachineFrame) Assembler.iretq();
        else Assembler.ret();
    }

    /// <summary>Calls another function of the image.</summary>
    public void Call(string name) => Assembler.call(_addressOf(name));

    /// <summary>Calls through a pointer variable, as imports are called.</summary>
    public void CallThrough(string variable) =>
        Assembler.AddInstruction(Instruction.Create(Code.Call_rm64, Relative(variable)));

    /// <summary>LEA of a variable.</summary>
    public void LoadAddress(Register register, string variable) =>
        Assembler.AddInstruction(Instruction.Create(Code.Lea_r64_m, register, Relative(variable)));

    private MemoryOperand Relative(string name) => new MemoryOperand(Register.RIP, unchecked((long)_addressOf(name)), 8);
}
