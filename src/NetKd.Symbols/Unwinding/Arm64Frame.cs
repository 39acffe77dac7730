namespace NetKd.Symbols.Unwinding;

/// <summary>The registers of one arm64 frame, each with whether it is known: a caller's volatile registers are lost.</summary>
public sealed class Arm64Frame
{
    /// <summary>Index of the frame pointer, x29.</summary>
    public const int FramePointer = 29;

    /// <summary>Index of the link register, x30.</summary>
    public const int Link = 30;

    // x18 is the platform's; x19 to x28, fp and lr; d8 to d15 (Overview of ARM64 ABI conventions).
    private const uint Nonvolatile = 0x7FFC_0000;
    private const uint NonvolatileVectors = 0x0000_FF00;

    /// <summary>x0 to x30.</summary>
    public ulong[] Registers { get; } = new ulong[31];

    /// <summary>v0 to v31; of v8 to v15 callers keep the low half only.</summary>
    public UInt128[] Vectors { get; } = new UInt128[32];

    /// <summary>A bit for each of <see cref="Registers"/> that is known.</summary>
    public uint Known { get; set; } = 0x7FFF_FFFF;

    /// <summary>A bit for each of <see cref="Vectors"/> whose low half is known.</summary>
    public uint KnownVectors { get; set; } = uint.MaxValue;

    /// <summary>The stack pointer.</summary>
    public ulong StackPointer { get; set; }

    /// <summary>The program counter.</summary>
    public ulong InstructionPointer { get; set; }

    /// <summary>True while the program counter is the next instruction rather than a return address.</summary>
    public bool IsExecuting { get; set; } = true;

    /// <summary>A copy of its own.</summary>
    public Arm64Frame Copy()
    {
        Arm64Frame copy = new();
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Takes everything from another frame.</summary>
    public void CopyFrom(Arm64Frame other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other.Registers.CopyTo(Registers, 0);
        other.Vectors.CopyTo(Vectors, 0);
        Known = other.Known;
        KnownVectors = other.KnownVectors;
        StackPointer = other.StackPointer;
        InstructionPointer = other.InstructionPointer;
        IsExecuting = other.IsExecuting;
    }

    /// <summary>Forgets the registers that a call does not preserve.</summary>
    public void ForgetVolatile()
    {
        Known &= Nonvolatile;
        KnownVectors &= NonvolatileVectors;
    }
}
