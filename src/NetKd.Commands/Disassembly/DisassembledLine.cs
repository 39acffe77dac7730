using Iced.Intel;

namespace NetKd.Commands.Disassembly;

/// <summary>One instruction: where it is, its text, and where it leads, for those who step.</summary>
/// <param name="Address">Address of the first byte.</param>
/// <param name="Length">Bytes of the instruction; where it cannot be decoded 1, or 4 on arm64.</param>
/// <param name="Place">What stands before the instruction in kd's layout: address and bytes.</param>
/// <param name="Text">The instruction.</param>
/// <param name="Flow">Where execution goes on.</param>
/// <param name="Target">Where it branches or calls to, when the instruction says so itself.</param>
public readonly record struct DisassembledLine(ulong Address, int Length, string Place, string Text, FlowControl Flow, ulong? Target)
{
    /// <summary>The line in kd's layout.</summary>
    public string Line => $"{Place} {Text}";

    /// <summary>True for a string instruction that is repeated (amd64 and x86).</summary>
    public bool Repeats { get; init; }

    /// <summary>The decoded instruction of amd64 and x86; its code is INVALID where it cannot be decoded.</summary>
    public Instruction Instruction { get; init; }

    /// <summary>Address of the next instruction.</summary>
    public ulong Next => unchecked(Address + (ulong)Length);
}
