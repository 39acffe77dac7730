using NetKd.Protocol.Contexts;

namespace NetKd.Engine.Stepping;

/// <summary>Breakpoint instructions that are part of the program: INT3, or BRK of arm64.</summary>
internal static class HardBreakpoint
{
    private const byte Int3 = 0xCC;
    private const int BrkLength = 4;

    // BRK with any number (Arm Architecture Reference Manual, C6.2).
    private const uint Brk = 0xD420_0000;
    private const uint BrkMask = 0xFFE0_001F;

    /// <summary>Bytes of the one at an address; 0 when there is none.</summary>
    public static int LengthAt(DebugClient client, ulong address)
    {
        if (client.Target.MachineType == ContextLayout.MachineArm64)
            return client.Virtual.TryReadInteger(address, BrkLength, out ulong word) && ((uint)word & BrkMask) == Brk ? BrkLength : 0;
        return client.Virtual.TryReadInteger(address, 1, out ulong code) && code == Int3 ? 1 : 0;
    }
}
