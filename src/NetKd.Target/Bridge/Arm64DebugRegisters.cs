using System.Buffers.Binary;
using System.Numerics;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Bridge;

/// <summary>
/// The breakpoint and watchpoint registers of arm64 (Arm Architecture Reference Manual, D17.3), as the special registers hold them. None says what
/// was hit: the exception does.
/// </summary>
internal sealed class Arm64DebugRegisters : HardwareBreakpoints
{
    private const int InstructionSize = 4;
    private const uint Enabled = 1;
    private const int AccessShift = 3;
    private const int BytesShift = 5;

    // From the first address to the end of the special registers.
    private readonly byte[] _block = new byte[Arm64SpecialRegisterOffsets.Size - Arm64SpecialRegisterOffsets.KernelBvr];

    /// <inheritdoc/>
    public override void WriteSpecial(Span<byte> block) => _block.CopyTo(block[Arm64SpecialRegisterOffsets.KernelBvr..]);

    /// <inheritdoc/>
    public override void ReadSpecial(ReadOnlySpan<byte> block) => block.Slice(Arm64SpecialRegisterOffsets.KernelBvr, _block.Length).CopyTo(_block);

    /// <inheritdoc/>
    protected override IEnumerable<Wanted> Armed()
    {
        for (int i = 0; i < Arm64SpecialRegisterOffsets.Breakpoints; i++)
        {
            if ((Number(Arm64SpecialRegisterOffsets.KernelBcr, i) & Enabled) != 0)
                yield return new Wanted(i, GdbBreakpointKind.Hardware, Address(Arm64SpecialRegisterOffsets.KernelBvr, i), InstructionSize);
        }

        for (int i = 0; i < Arm64SpecialRegisterOffsets.Watchpoints; i++)
        {
            uint control = Number(Arm64SpecialRegisterOffsets.KernelWcr, i), bytes = control >> BytesShift & 0xff;
            if ((control & Enabled) == 0 || bytes == 0) continue;
            GdbBreakpointKind kind = (control >> AccessShift & 3) switch { 1 => GdbBreakpointKind.ReadWatch, 2 => GdbBreakpointKind.WriteWatch, _ => GdbBreakpointKind.AccessWatch };
            // The control chooses neighbouring bytes of the eight at the address.
            int first = BitOperations.TrailingZeroCount(bytes);
            yield return new Wanted(i, kind, Address(Arm64SpecialRegisterOffsets.KernelWvr, i) + (ulong)first, BitOperations.PopCount(bytes));
        }
    }

    private ulong Address(int place, int index) => BinaryPrimitives.ReadUInt64LittleEndian(_block.AsSpan(place - Arm64SpecialRegisterOffsets.KernelBvr + 8 * index));

    private uint Number(int place, int index) => BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(place - Arm64SpecialRegisterOffsets.KernelBvr + 4 * index));
}
