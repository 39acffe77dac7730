namespace NetKd.Symbols.Unwinding;

/// <summary>
/// The registers of one amd64 frame: 16 general ones in encoding order (rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 to r15), rip and the vectors
/// that functions save, each with whether it is known: a caller's volatile registers are lost.
/// </summary>
public sealed class Amd64Frame
{
    /// <summary>Index of rsp.</summary>
    public const int Rsp = 4;

    /// <summary>Index of rbp.</summary>
    public const int Rbp = 5;

    // rbx, rsp, rbp, rsi, rdi, r12 to r15; xmm6 to xmm15 (x64 software conventions, "Register volatility and preservation").
    private const ushort Nonvolatile = 0b1111_0000_1111_1000;
    private const ushort NonvolatileVectors = 0b1111_1111_1100_0000;

    /// <summary>The sixteen general registers.</summary>
    public ulong[] Registers { get; } = new ulong[16];

    /// <summary>The low 128 bits of the sixteen vectors.</summary>
    public UInt128[] Vectors { get; } = new UInt128[16];

    /// <summary>A bit for each general register that is known.</summary>
    public ushort Known { get; set; } = ushort.MaxValue;

    /// <summary>A bit for each vector that is known.</summary>
    public ushort KnownVectors { get; set; } = ushort.MaxValue;

    /// <summary>The program counter.</summary>
    public ulong InstructionPointer { get; set; }

    /// <summary>What a trap saved beside the program counter and the stack pointer; null for a frame that was not interrupted.</summary>
    public Amd64MachineState? MachineState { get; set; }

    /// <summary>
    /// True while the program counter is the next instruction rather than a return address: in the innermost frame, and in one that a
    /// trap interrupted. Such a function may be anywhere in its prologue or epilogue, may be a leaf, and its stack may be another one.
    /// </summary>
    public bool IsExecuting { get; set; } = true;

    /// <summary>The stack pointer.</summary>
    public ulong StackPointer
    {
        get => Registers[Rsp];
        set => Registers[Rsp] = value;
    }

    /// <summary>A copy of its own.</summary>
    public Amd64Frame Copy()
    {
        Amd64Frame copy = new();
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Takes everything from another frame.</summary>
    public void CopyFrom(Amd64Frame other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other.Registers.CopyTo(Registers, 0);
        other.Vectors.CopyTo(Vectors, 0);
        Known = other.Known;
        KnownVectors = other.KnownVectors;
        InstructionPointer = other.InstructionPointer;
        MachineState = other.MachineState;
        IsExecuting = other.IsExecuting;
    }

    /// <summary>Forgets the registers that a call does not preserve.</summary>
    public void ForgetVolatile()
    {
        Known &= Nonvolatile;
        KnownVectors &= NonvolatileVectors;
        MachineState = null;
    }
}

/// <summary>What the processor pushes at a trap beside rip and rsp.</summary>
/// <param name="CodeSegment">cs.</param>
/// <param name="StackSegment">ss.</param>
/// <param name="Flags">eflags.</param>
public sealed record Amd64MachineState(ushort CodeSegment, ushort StackSegment, uint Flags);
