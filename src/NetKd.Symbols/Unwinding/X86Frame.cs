namespace NetKd.Symbols.Unwinding;

/// <summary>The registers of one 32-bit x86 frame: eight general ones in encoding order (eax, ecx, edx, ebx, esp, ebp, esi, edi) and eip, each with whether it is known.</summary>
public sealed class X86Frame
{
    /// <summary>Index of esp.</summary>
    public const int Esp = 4;

    /// <summary>Index of ebp.</summary>
    public const int Ebp = 5;

    // ebx, esp, ebp, esi, edi.
    private const byte Nonvolatile = 0b1111_1000;

    /// <summary>The eight general registers.</summary>
    public uint[] Registers { get; } = new uint[8];

    /// <summary>A bit for each general register that is known.</summary>
    public byte Known { get; set; } = byte.MaxValue;

    /// <summary>The program counter.</summary>
    public uint InstructionPointer { get; set; }

    /// <summary>True while the program counter is the next instruction rather than a return address.</summary>
    public bool IsExecuting { get; set; } = true;

    /// <summary>Bytes of parameters that this frame's function has pushed for the one that it called; they lie between its stack pointer and its own data.</summary>
    public uint CalleeParameterBytes { get; set; }

    /// <summary>A copy of its own.</summary>
    public X86Frame Copy()
    {
        X86Frame copy = new();
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Takes everything from another frame.</summary>
    public void CopyFrom(X86Frame other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other.Registers.CopyTo(Registers, 0);
        Known = other.Known;
        InstructionPointer = other.InstructionPointer;
        IsExecuting = other.IsExecuting;
        CalleeParameterBytes = other.CalleeParameterBytes;
    }

    /// <summary>Forgets the registers that a call does not preserve.</summary>
    public void ForgetVolatile() => Known &= Nonvolatile;
}
