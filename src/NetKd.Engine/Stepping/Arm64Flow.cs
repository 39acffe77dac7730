using Iced.Intel;

namespace NetKd.Engine.Stepping;

/// <summary>Where an arm64 instruction leads (Arm Architecture Reference Manual, C4.1, "Branches, Exception Generating and System instructions").</summary>
public static class Arm64Flow
{
    /// <summary>The kind of the instruction, and where it branches to when it says so itself.</summary>
    public static (FlowControl Flow, ulong? Target) Of(ulong address, uint word)
    {
        if ((word & 0xFC00_0000) == 0x1400_0000) return (FlowControl.UnconditionalBranch, Target(address, word, 26, 0));
        if ((word & 0xFC00_0000) == 0x9400_0000) return (FlowControl.Call, Target(address, word, 26, 0));
        if ((word & 0xFF00_0000) == 0x5400_0000) return (FlowControl.ConditionalBranch, Target(address, word, 19, 5));
        if ((word & 0x7E00_0000) == 0x3400_0000) return (FlowControl.ConditionalBranch, Target(address, word, 19, 5));
        if ((word & 0x7E00_0000) == 0x3600_0000) return (FlowControl.ConditionalBranch, Target(address, word, 14, 5));
        // By a register, signed or not: BR, BLR, RET, and ERET.
        return (word & 0xFEFF_F000) switch
        {
            0xD61F_0000 => (FlowControl.IndirectBranch, null),
            0xD63F_0000 => (FlowControl.IndirectCall, null),
            0xD65F_0000 => (FlowControl.Return, null),
            _ => (word & 0xFFFF_F3FF) == 0xD69F_03E0 ? (FlowControl.Return, null)
                : (word & 0xFFE0_001F) is 0xD400_0001 or 0xD400_0002 or 0xD400_0003 or 0xD420_0000 ? (FlowControl.Interrupt, null)
                : (word & 0xFFFF_0000) == 0 ? (FlowControl.Exception, null) : (FlowControl.Next, null),
        };
    }

    // A signed number of instructions.
    private static ulong Target(ulong address, uint word, int bits, int shift)
    {
        long offset = (long)((ulong)(word >> shift) << (64 - bits)) >> (64 - bits);
        return unchecked(address + (ulong)(offset * 4));
    }
}
