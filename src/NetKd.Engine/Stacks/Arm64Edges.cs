namespace NetKd.Engine.Stacks;

/// <summary>
/// Whether arm64 code of which nothing is known stands at an edge of its function, where the frame pointer is still, or again, its caller's. Read off the
/// instructions that follow in a straight line (Procedure Call Standard for the Arm 64-bit Architecture, 6.4.6, "The Frame Pointer").
/// </summary>
internal static class Arm64Edges
{
    private const int InstructionLength = 4;
    private const int MaxInstructions = 16;

    /// <summary>True where the frame is not made yet, or is gone.</summary>
    public static bool IsOutsideFrame(DebugClient client, ulong address)
    {
        for (int i = 0; i < MaxInstructions; i++)
        {
            if (!client.Virtual.TryReadInteger(unchecked(address + (ulong)(i * InstructionLength)), InstructionLength, out ulong word)) return false;
            uint instruction = (uint)word;
            if (MakesFrame(instruction) || IsReturn(instruction)) return true;
            if (TakesFrameDown(instruction) || IsBranch(instruction)) return false;
        }

        return false;
    }

    // add x29, sp, #n, of which mov x29, sp is one.
    private static bool MakesFrame(uint word) => (word & 0xFF80_03FF) == 0x9100_03FD;

    // ldp x29, x30, with any way of addressing.
    private static bool TakesFrameDown(uint word) => (word & 0xFE40_7C1F) == 0xA840_781D;

    private static bool IsReturn(uint word) => (word & 0xFEFF_F000) == 0xD65F_0000;

    // The group of branches, exceptions and system instructions, without hints: those sign return addresses.
    private static bool IsBranch(uint word) => (word & 0x1C00_0000) == 0x1400_0000 && (word & 0xFFFF_F01F) != 0xD503_201F;
}
