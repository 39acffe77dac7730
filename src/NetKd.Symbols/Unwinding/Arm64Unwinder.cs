using System.Buffers.Binary;
using NetKd.Symbols.Images;

namespace NetKd.Symbols.Unwinding;

/// <summary>Leaves a function on arm64 by its unwind data (ARM64 exception handling). Data from the target: counts are bounded, and no code is read.</summary>
public static class Arm64Unwinder
{
    // What KTRAP_FRAME of ntddk.h and CONTEXT of winnt.h keep, and where.
    private const int TrapStackPointer = 0x98, TrapRegisters = 0xA0, TrapLink = 0x138, TrapFramePointer = 0x140, TrapProgramCounter = 0x148;
    private const int TrapFrameBytes = 0x150, TrapRegisterCount = 19;
    private const int ContextRegisters = 8, ContextStackPointer = 0x100, ContextProgramCounter = 0x108, ContextVectors = 0x110, ContextBytes = 0x310;
    private const int MaxParts = 64;

    /// <summary>
    /// Turns the frame into its caller's, or into what a trap interrupted. False when memory that is needed cannot be read or the unwind
    /// data breaks the format; the frame is then as it was.
    /// </summary>
    /// <param name="memory">The target's memory: the stack.</param>
    /// <param name="image">The image that holds the program counter.</param>
    /// <param name="function">The function's entry; null for a leaf function, whose return address is in the link register.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="method">How the caller was found.</param>
    public static bool TryUnwind(IAddressReader memory, UnwindImage image, FunctionEntry? function, Arm64Frame frame, out FrameMethod method)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(frame);
        method = FrameMethod.Leaf;
        Arm64Frame caller = frame.Copy();
        caller.ForgetVolatile();
        bool interrupted = false;
        if (function is { } entry)
        {
            method = FrameMethod.UnwindData;
            if (Arm64UnwindInfo.Read(image.Constant, image.Base, entry) is not { } info) return false;
            uint offset = (uint)(frame.InstructionPointer - image.Base) - entry.Begin;
            if (!TryUndo(memory, info.Remaining(offset), caller, ref interrupted)) return false;
            if (info.IsEpilogue(offset)) method = FrameMethod.Epilogue;
        }

        if (interrupted) method = FrameMethod.MachineFrame;
        else caller.InstructionPointer = caller.Registers[Arm64Frame.Link];
        caller.IsExecuting = interrupted;
        frame.CopyFrom(caller);
        return true;
    }

    /// <summary>True when an entry that was found by its begin also holds an offset from the image's base; false leaves a leaf function behind it.</summary>
    public static bool Holds(UnwindImage image, FunctionEntry entry, uint offset)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Arm64UnwindInfo.Read(image.Constant, image.Base, entry) is { } info && unchecked(offset - entry.Begin) < info.FunctionLength;
    }

    /// <summary>
    /// An address without the authentication code in its upper bits: bit 55 says which half of the address space it belongs to, and addresses have 48 bits.
    /// </summary>
    public static ulong StripSignature(ulong address)
    {
        const ulong upper = 0xFFFF_0000_0000_0000;
        return (address >> 55 & 1) != 0 ? address | upper : address & ~upper;
    }

    private static bool TryUndo(IAddressReader memory, IEnumerable<Arm64UnwindCode> codes, Arm64Frame frame, ref bool interrupted)
    {
        int skipped = 0, parts = 0;
        foreach (Arm64UnwindCode code in codes)
        {
            switch (code.Operation)
            {
                case Arm64UnwindOperation.Allocate:
                    frame.StackPointer += (ulong)code.Value;
                    break;
                case Arm64UnwindOperation.SaveNext:
                    skipped++;
                    continue;
                case Arm64UnwindOperation.SaveIntegers or Arm64UnwindOperation.SaveDoubles or Arm64UnwindOperation.SaveVectors:
                    if (!TryRestore(memory, code, skipped, frame)) return false;
                    break;
                case Arm64UnwindOperation.SetFrame:
                    frame.StackPointer = frame.Registers[Arm64Frame.FramePointer];
                    break;
                case Arm64UnwindOperation.AddFrame:
                    frame.StackPointer = frame.Registers[Arm64Frame.FramePointer] - (ulong)code.Value;
                    break;
                case Arm64UnwindOperation.SignLink:
                    frame.Registers[Arm64Frame.Link] = StripSignature(frame.Registers[Arm64Frame.Link]);
                    break;
                case Arm64UnwindOperation.TrapFrame:
                    interrupted = true;
                    if (!TryReadTrapFrame(memory, frame)) return false;
                    break;
                case Arm64UnwindOperation.MachineFrame:
                    interrupted = true;
                    if (!TryReadMachineFrame(memory, frame)) return false;
                    break;
                case Arm64UnwindOperation.Context:
                    interrupted = true;
                    if (!TryReadContext(memory, frame)) return false;
                    break;
                case Arm64UnwindOperation.ClearUnwoundToCall:
                    interrupted = true;
                    frame.InstructionPointer = frame.Registers[Arm64Frame.Link];
                    break;
                case Arm64UnwindOperation.EndPart when ++parts > MaxParts:
                    return false;
                case Arm64UnwindOperation.End:
                    return true;
            }

            skipped = 0;
        }

        return true;
    }

    // Codes run backwards: the pairs of the save_next codes that were passed lie behind the registers of this one, 16 bytes a pair.
    private static bool TryRestore(IAddressReader memory, Arm64UnwindCode code, int pairs, Arm64Frame frame)
    {
        int size = code.Operation == Arm64UnwindOperation.SaveVectors ? 16 : 8;
        ulong at = frame.StackPointer + (code.MovesStack ? 0 : (ulong)code.Value);
        if (!TryRestore(memory, code.Operation, code.First, at, frame)) return false;
        if (code.Second >= 0 && !TryRestore(memory, code.Operation, code.Second, at + (ulong)size, frame)) return false;
        for (int i = 0; i < 2 * pairs; i++)
        {
            if (!TryRestore(memory, code.Operation, code.First + 2 + i, at + (ulong)((2 + i) * size), frame)) return false;
        }

        if (code.MovesStack) frame.StackPointer += (ulong)code.Value;
        return true;
    }

    private static bool TryRestore(IAddressReader memory, Arm64UnwindOperation operation, int register, ulong address, Arm64Frame frame)
    {
        Span<byte> bytes = stackalloc byte[operation == Arm64UnwindOperation.SaveVectors ? 16 : 8];
        bool isInteger = operation == Arm64UnwindOperation.SaveIntegers;
        if (register > (isInteger ? Arm64Frame.Link : 31) || memory.Read(address, bytes) != bytes.Length) return false;
        if (isInteger)
        {
            frame.Registers[register] = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            frame.Known |= 1u << register;
            return true;
        }

        frame.Vectors[register] = bytes.Length == 16 ? BinaryPrimitives.ReadUInt128LittleEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        frame.KnownVectors |= 1u << register;
        return true;
    }

    private static bool TryReadTrapFrame(IAddressReader memory, Arm64Frame frame)
    {
        Span<byte> bytes = stackalloc byte[TrapFrameBytes];
        if (memory.Read(frame.StackPointer, bytes) != bytes.Length) return false;
        for (int i = 0; i < TrapRegisterCount; i++) frame.Registers[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(TrapRegisters + 8 * i)..]);
        frame.Registers[Arm64Frame.Link] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[TrapLink..]);
        frame.Registers[Arm64Frame.FramePointer] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[TrapFramePointer..]);
        frame.StackPointer = BinaryPrimitives.ReadUInt64LittleEndian(bytes[TrapStackPointer..]);
        frame.InstructionPointer = BinaryPrimitives.ReadUInt64LittleEndian(bytes[TrapProgramCounter..]);
        frame.Known |= 0x7FFF_FFFF;
        return true;
    }

    private static bool TryReadMachineFrame(IAddressReader memory, Arm64Frame frame)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (memory.Read(frame.StackPointer, bytes) != bytes.Length) return false;
        frame.StackPointer = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        frame.InstructionPointer = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        return true;
    }

    private static bool TryReadContext(IAddressReader memory, Arm64Frame frame)
    {
        Span<byte> bytes = stackalloc byte[ContextBytes];
        if (memory.Read(frame.StackPointer, bytes) != bytes.Length) return false;
        for (int i = 0; i < frame.Registers.Length; i++) frame.Registers[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(ContextRegisters + 8 * i)..]);
        for (int i = 0; i < frame.Vectors.Length; i++) frame.Vectors[i] = BinaryPrimitives.ReadUInt128LittleEndian(bytes[(ContextVectors + 16 * i)..]);
        frame.StackPointer = BinaryPrimitives.ReadUInt64LittleEndian(bytes[ContextStackPointer..]);
        frame.InstructionPointer = BinaryPrimitives.ReadUInt64LittleEndian(bytes[ContextProgramCounter..]);
        frame.Known |= 0x7FFF_FFFF;
        frame.KnownVectors = uint.MaxValue;
        return true;
    }
}
