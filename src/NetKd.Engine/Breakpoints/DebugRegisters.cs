using System.Buffers.Binary;
using NetKd.Engine.Registers;
using NetKd.Protocol.Contexts;

namespace NetKd.Engine.Breakpoints;

/// <summary>Processor breakpoints as the special registers of each architecture hold them, and which of them a stop was about.</summary>
internal static class DebugRegisters
{
    private const ulong ExactBits = 0x300;

    // DBGBCR and DBGWCR of arm64 (Arm Architecture Reference Manual, D17.3): enabled, in EL1 and EL0, all four bytes of an instruction.
    private const uint Arm64Enabled = 1 | 3 << 1;
    private const uint Arm64Instruction = 0xf << 5;
    private const int Arm64AccessShift = 3;
    private const int Arm64BytesShift = 5;
    private const uint Arm64Load = 1;
    private const uint Arm64Store = 2;

    /// <summary>How many breakpoints of an access a machine's records hold.</summary>
    public static int Room(ushort machine, DataAccess access) =>
        machine == ContextLayout.MachineArm64 && access != DataAccess.Execute ? Arm64SpecialRegisterOffsets.Watchpoints : BreakpointList.MaxData;

    /// <summary>Writes them into a processor's special registers, to be sent with the next resume. Gives the DR7 of a Continue, 0 where there is none.</summary>
    public static ulong Write(RegisterSet registers, int processor, ReadOnlySpan<Breakpoint> breakpoints)
    {
        switch (registers.Layout.Machine)
        {
            case ContextLayout.MachineArm64:
                WriteArm64(registers, processor, breakpoints);
                return 0;
            case ContextLayout.MachineX86:
                return WriteX86(registers, processor, breakpoints, X86SpecialRegisterOffsets.KernelDr0, X86SpecialRegisterOffsets.KernelDr7, sizeof(uint));
            default:
                return WriteX86(registers, processor, breakpoints, Amd64SpecialRegisterOffsets.KernelDr0, Amd64SpecialRegisterOffsets.KernelDr7, sizeof(ulong));
        }
    }

    /// <summary>
    /// The one that a single-step exception is about, or null. On amd64 and x86 DR6 says it, the first word of the control report; on arm64 the
    /// exception's second parameter is the address of the data, as user programs get it (facts: kdnet-wire, section 4), and an instruction is its own.
    /// </summary>
    public static Breakpoint? Find(ushort machine, in StateChange change, ReadOnlySpan<byte> payload, ReadOnlySpan<Breakpoint> breakpoints)
    {
        uint status = machine == ContextLayout.MachineArm64 || payload.Length < StateChange.Size ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(payload[StateChange.ControlReportOffset..]);
        for (int i = 0; i < breakpoints.Length; i++)
        {
            bool hit = machine == ContextLayout.MachineArm64 ? IsHit(breakpoints[i], change) : (status >> i & 1) != 0;
            if (hit) return breakpoints[i];
        }

        return null;
    }

    private static bool IsHit(Breakpoint breakpoint, in StateChange change) =>
        breakpoint.Access == DataAccess.Execute
            ? breakpoint.Address == change.ProgramCounter
            : change.Exception.ParameterCount >= 2 && unchecked(change.Exception.Information1 - breakpoint.Address) < (ulong)breakpoint.Size;

    private static ulong WriteX86(RegisterSet registers, int processor, ReadOnlySpan<Breakpoint> breakpoints, int first, int control, int width)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        ulong dr7 = 0;
        for (int i = 0; i < breakpoints.Length; i++)
        {
            dr7 |= ControlBits(i, breakpoints[i]);
            BinaryPrimitives.WriteUInt64LittleEndian(value, breakpoints[i].Address);
            registers.WriteSpecial(processor, first + width * i, value[..width]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(value, dr7);
        registers.WriteSpecial(processor, control, value[..width]);
        return dr7;
    }

    // DR7: global enable in the odd bits, then type and length in four bits each from bit 16 (Intel SDM volume 3, "Debug Control Register (DR7)").
    private static ulong ControlBits(int index, Breakpoint breakpoint)
    {
        ulong length = breakpoint.Size switch { 1 => 0UL, 2 => 1UL, 8 => 2UL, _ => 3UL };
        return 1UL << (2 * index + 1) | (ulong)breakpoint.Access << (16 + 4 * index) | length << (18 + 4 * index) | ExactBits;
    }

    private static void WriteArm64(RegisterSet registers, int processor, ReadOnlySpan<Breakpoint> breakpoints)
    {
        Span<byte> block = stackalloc byte[Arm64SpecialRegisterOffsets.Size];
        block.Clear();
        int codes = 0, watches = 0;
        foreach (Breakpoint breakpoint in breakpoints)
        {
            if (breakpoint.Access == DataAccess.Execute)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(block[(Arm64SpecialRegisterOffsets.KernelBvr + 8 * codes)..], breakpoint.Address & ~3ul);
                BinaryPrimitives.WriteUInt32LittleEndian(block[(Arm64SpecialRegisterOffsets.KernelBcr + 4 * codes++)..], Arm64Enabled | Arm64Instruction);
                continue;
            }

            // The register has the address of eight bytes, the control which of them.
            uint bytes = ((1u << breakpoint.Size) - 1) << (int)(breakpoint.Address & 7);
            uint access = breakpoint.Access == DataAccess.Write ? Arm64Store : Arm64Load | Arm64Store;
            BinaryPrimitives.WriteUInt64LittleEndian(block[(Arm64SpecialRegisterOffsets.KernelWvr + 8 * watches)..], breakpoint.Address & ~7ul);
            BinaryPrimitives.WriteUInt32LittleEndian(block[(Arm64SpecialRegisterOffsets.KernelWcr + 4 * watches++)..], Arm64Enabled | access << Arm64AccessShift | bytes << Arm64BytesShift);
        }

        registers.WriteSpecial(processor, Arm64SpecialRegisterOffsets.KernelBvr, block[Arm64SpecialRegisterOffsets.KernelBvr..]);
    }
}
