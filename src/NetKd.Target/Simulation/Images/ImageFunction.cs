using Iced.Intel;

namespace NetKd.Target.Simulation;

/// <summary>A function of a simulated image: its frame, so that unwind data can be derived, and the code of its body.</summary>
internal sealed class ImageFunction
{
    /// <summary>Name, exported when <see cref="IsExported"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Emits the body, which ends with <see cref="FunctionCode.Return"/> or never ends.</summary>
    public required Action<FunctionCode> Body { get; init; }

    /// <summary>The whole function for a machine that <see cref="Body"/> is not for; null for amd64.</summary>
    public byte[]? Code { get; init; }

    /// <summary>Registers that the prolog pushes, in order.</summary>
    public Register[] Saved { get; init; } = [];

    /// <summary>Bytes that the prolog takes from the stack, a multiple of 8 up to 120.</summary>
    public int StackBytes { get; init; }

    /// <summary>True for an interrupt handler: the processor has pushed SS, RSP, RFLAGS, CS and RIP.</summary>
    public bool HasMachineFrame { get; init; }

    /// <summary>True when the export table names it.</summary>
    public bool IsExported { get; init; } = true;
}
