using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>
/// How a Continue2 says to run on: the part of its union behind the status, packed to four bytes, in each architecture's own form. amd64: trace flag
/// u32, DR7 u64, start and end of the current symbol u64 (facts: kdnet-wire, section 5). x86: the same, all u32. arm64: a word that says nothing, trace
/// flag u32, start and end u64 (ARM64_DBGKD_CONTROL_SET as Microsoft's UEFI debugger, Project Mu, publishes it).
/// </summary>
public static class ContinueControl
{
    private const ushort MachineX86 = 0x014c;
    private const ushort MachineArm64 = 0xAA64;
    private const int Start = ManipulateHeader.UnionOffset + 4;

    // No symbol range: its start is above its end.
    private const uint NoSymbol = 1;

    /// <summary>Writes it into a cleared request.</summary>
    public static void Write(Span<byte> request, ushort machine, bool trace, ulong dr7)
    {
        Span<byte> control = request.Slice(Start);
        BinaryPrimitives.WriteUInt32LittleEndian(control.Slice(TraceFlag(machine)), trace ? 1u : 0u);
        if (machine == MachineX86)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(control.Slice(4), unchecked((uint)dr7));
            BinaryPrimitives.WriteUInt32LittleEndian(control.Slice(8), NoSymbol);
            return;
        }

        if (machine == MachineArm64)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(control.Slice(8), NoSymbol);
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(control.Slice(4), dr7);
        BinaryPrimitives.WriteUInt64LittleEndian(control.Slice(12), NoSymbol);
    }

    /// <summary>Reads it: whether to execute one instruction only, and DR7 where the machine has one.</summary>
    public static bool ReadTrace(ReadOnlySpan<byte> request, ushort machine, out bool hasDr7, out ulong dr7)
    {
        ReadOnlySpan<byte> control = request.Slice(Start);
        hasDr7 = machine != MachineArm64;
        dr7 = machine == MachineX86 ? BinaryPrimitives.ReadUInt32LittleEndian(control.Slice(4)) : hasDr7 ? BinaryPrimitives.ReadUInt64LittleEndian(control.Slice(4)) : 0;
        return BinaryPrimitives.ReadUInt32LittleEndian(control.Slice(TraceFlag(machine))) != 0;
    }

    private static int TraceFlag(ushort machine) => machine == MachineArm64 ? 4 : 0;
}
