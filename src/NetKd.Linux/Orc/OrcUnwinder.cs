using System.Buffers.Binary;
using NetKd.Symbols;
using NetKd.Symbols.Unwinding;

namespace NetKd.Linux.Orc;

/// <summary>Moves a frame to its caller as an entry says (kernel documentation: x86/orc-unwinder).</summary>
public static class OrcUnwinder
{
    private const ushort KnownOfACaller = 1 << Amd64Frame.Rsp | 1 << Amd64Frame.Rbp;

    // struct pt_regs, whose last five words the processor pushes: ip, cs, flags, sp, ss.
    private const int SavedRegisters = 0xA8;
    private const int SavedRbp = 0x20;
    private const int SavedInterruptFrame = 0x80;
    private const int InterruptFrame = 0x28;

    /// <summary>Moves out. False, with the frame as it was, where the entry says nothing, or memory or a register is not there.</summary>
    public static bool TryUnwind(IAddressReader memory, in OrcEntry entry, Amd64Frame frame, out FrameMethod method)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(frame);
        method = FrameMethod.UnwindData;
        if (entry.Kind is OrcKind.Undefined or OrcKind.End || !TryFindStack(memory, entry, frame, out ulong stack)) return false;
        ulong rbp = frame.Registers[Amd64Frame.Rbp];
        bool isRbpKnown = (frame.Known >> Amd64Frame.Rbp & 1) != 0;
        if (entry.Kind == OrcKind.Call)
        {
            if (!TryRead(memory, stack - 8, out ulong returnAddress) || !TryFindFrame(memory, entry, stack, ref rbp)) return false;
            Set(frame, returnAddress, stack, rbp, isRbpKnown || entry.FrameBase != OrcBase.Undefined);
            frame.IsExecuting = false;
            frame.MachineState = null;
            return true;
        }

        Span<byte> saved = stackalloc byte[SavedRegisters];
        bool isWhole = entry.Kind == OrcKind.Registers;
        saved = saved[..(isWhole ? SavedRegisters : InterruptFrame)];
        if (memory.Read(stack, saved) != saved.Length) return false;
        if (isWhole) rbp = BinaryPrimitives.ReadUInt64LittleEndian(saved[SavedRbp..]);
        else if (!TryFindFrame(memory, entry, stack, ref rbp)) return false;
        ReadOnlySpan<byte> pushed = isWhole ? saved[SavedInterruptFrame..] : saved;
        method = FrameMethod.MachineFrame;
        Set(frame, BinaryPrimitives.ReadUInt64LittleEndian(pushed), BinaryPrimitives.ReadUInt64LittleEndian(pushed[24..]), rbp, isWhole || isRbpKnown || entry.FrameBase != OrcBase.Undefined);
        frame.IsExecuting = true;
        frame.MachineState = new Amd64MachineState(
            BinaryPrimitives.ReadUInt16LittleEndian(pushed[8..]), BinaryPrimitives.ReadUInt16LittleEndian(pushed[32..]), BinaryPrimitives.ReadUInt32LittleEndian(pushed[16..]));
        return true;
    }

    private static bool TryFindStack(IAddressReader memory, in OrcEntry entry, Amd64Frame frame, out ulong stack)
    {
        ulong offset = unchecked((ulong)(long)entry.StackOffset);
        int register = entry.StackBase switch
        {
            OrcBase.Rdx => 2,
            OrcBase.Rdi => 7,
            OrcBase.Rbp or OrcBase.RbpIndirect => Amd64Frame.Rbp,
            OrcBase.Rsp or OrcBase.RspIndirect => Amd64Frame.Rsp,
            OrcBase.R10 => 10,
            OrcBase.R13 => 13,
            _ => -1,
        };
        stack = 0;
        if (register < 0 || (frame.Known >> register & 1) == 0) return false;
        stack = frame.Registers[register];
        switch (entry.StackBase)
        {
            case OrcBase.Rsp or OrcBase.Rbp:
                stack = unchecked(stack + offset);
                return true;
            case OrcBase.RbpIndirect:
                return TryRead(memory, unchecked(stack + offset), out stack);
            case OrcBase.RspIndirect:
                bool read = TryRead(memory, stack, out stack);
                stack = unchecked(stack + offset);
                return read;
            default:
                return true;
        }
    }

    private static bool TryFindFrame(IAddressReader memory, in OrcEntry entry, ulong stack, ref ulong rbp)
    {
        ulong offset = unchecked((ulong)(long)entry.FrameOffset);
        return entry.FrameBase switch
        {
            OrcBase.Undefined => true,
            OrcBase.PreviousStack => TryRead(memory, unchecked(stack + offset), out rbp),
            OrcBase.Rbp => TryRead(memory, unchecked(rbp + offset), out rbp),
            _ => false,
        };
    }

    // Functions save the other registers too, but where the table does not say.
    private static void Set(Amd64Frame frame, ulong address, ulong stack, ulong rbp, bool isRbpKnown)
    {
        frame.InstructionPointer = address;
        frame.StackPointer = stack;
        frame.Registers[Amd64Frame.Rbp] = rbp;
        frame.Known = isRbpKnown ? KnownOfACaller : (ushort)(1 << Amd64Frame.Rsp);
        frame.KnownVectors = 0;
    }

    private static bool TryRead(IAddressReader memory, ulong address, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        bool read = memory.Read(address, bytes) == bytes.Length;
        value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return read;
    }
}
