using System.Buffers.Binary;
using NetKd.Symbols.Images;

namespace NetKd.Symbols.Unwinding;

/// <summary>
/// Leaves a function on amd64 by its unwind data (x64 exception handling, "Unwind procedure"). Data from the target: counts and
/// chains are bounded.
/// </summary>
public static class Amd64Unwinder
{
    private const int MaxChain = 32;

    /// <summary>
    /// Turns the frame into its caller's, or into what a trap interrupted. False when memory that is needed cannot be read or the unwind
    /// data breaks the format; the frame is then as it was. Looks at the code of a frame that executes.
    /// </summary>
    /// <param name="memory">The target's memory: the stack.</param>
    /// <param name="image">The image that holds the program counter.</param>
    /// <param name="function">The function's entry; null for a leaf function, whose return address is on top of the stack.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="method">How the caller was found.</param>
    public static bool TryUnwind(IAddressReader memory, UnwindImage image, FunctionEntry? function, Amd64Frame frame, out FrameMethod method)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(frame);
        method = FrameMethod.Leaf;
        if (function is not { } listed) return TryLeaveLeaf(memory, frame);
        method = FrameMethod.UnwindData;
        if (Amd64UnwindInfo.Resolve(image.Constant, image.Base, listed) is not { } entry) return false;
        if (Amd64UnwindInfo.Read(image.Constant, image.Base, entry.UnwindInfo) is not { } info) return false;
        // A part of a function that shares another's entry has no prologue of its own: nothing but the body.
        uint offset = listed.Begin == entry.Begin ? (uint)(frame.InstructionPointer - image.Base) - entry.Begin : uint.MaxValue;
        bool mayLeave = frame.IsExecuting && (offset >= info.PrologueSize || info.Parent is not null);
        if (mayLeave && Amd64Epilogue.TryFinish(memory, image, listed, info, frame))
        {
            method = FrameMethod.Epilogue;
            return true;
        }

        Amd64Frame caller = frame.Copy();
        caller.ForgetVolatile();
        if (!TryUndo(memory, image, info, offset, caller, out bool machineFrame)) return false;
        if (machineFrame) method = FrameMethod.MachineFrame;
        else if (!TryReturn(memory, caller)) return false;
        caller.IsExecuting = machineFrame;
        frame.CopyFrom(caller);
        return true;
    }

    private static bool TryLeaveLeaf(IAddressReader memory, Amd64Frame frame)
    {
        if (!TryReturn(memory, frame)) return false;
        frame.ForgetVolatile();
        return true;
    }

    private static bool TryReturn(IAddressReader memory, Amd64Frame frame)
    {
        if (!TryRead(memory, frame.StackPointer, out ulong returnAddress)) return false;
        frame.InstructionPointer = returnAddress;
        frame.StackPointer += 8;
        frame.IsExecuting = false;
        return true;
    }

    private static bool TryUndo(IAddressReader memory, UnwindImage image, Amd64UnwindInfo info, uint offset, Amd64Frame frame, out bool machineFrame)
    {
        machineFrame = false;
        for (int depth = 0; depth < MaxChain; depth++)
        {
            bool whole = depth > 0;
            // Saves count from the frame's base, wherever the stack pointer has moved since (alloca).
            ulong frameBase = frame.StackPointer;
            if (info.FrameRegister != 0 && (whole || offset >= info.PrologueSize || info.HasSetFrame(offset)))
                frameBase = frame.Registers[info.FrameRegister] - (ulong)info.FrameOffset;
            foreach (UnwindCode code in info.Codes)
            {
                if (!whole && offset < code.Offset && code.Operation != UnwindOperation.Epilog) continue;
                if (!TryUndo(memory, code, info, frameBase, frame, ref machineFrame)) return false;
            }

            if (info.Parent is not { } listed) return true;
            if (Amd64UnwindInfo.Resolve(image.Constant, image.Base, listed) is not { } parent) return false;
            if (Amd64UnwindInfo.Read(image.Constant, image.Base, parent.UnwindInfo) is not { } next) return false;
            info = next;
        }

        return false;
    }

    private static bool TryUndo(IAddressReader memory, UnwindCode code, Amd64UnwindInfo info, ulong frameBase, Amd64Frame frame, ref bool machineFrame)
    {
        switch (code.Operation)
        {
            case UnwindOperation.PushNonvolatile:
                if (!TryRestore(memory, frame.StackPointer, code.Info, frame)) return false;
                frame.StackPointer += 8;
                return true;
            case UnwindOperation.AllocateSmall or UnwindOperation.AllocateLarge:
                frame.StackPointer += code.Operand;
                return true;
            case UnwindOperation.SetFramePointer:
                frame.StackPointer = frame.Registers[info.FrameRegister] - (ulong)info.FrameOffset;
                return true;
            case UnwindOperation.SaveNonvolatile or UnwindOperation.SaveNonvolatileFar:
                return TryRestore(memory, frameBase + code.Operand, code.Info, frame);
            case UnwindOperation.SaveXmm128 or UnwindOperation.SaveXmm128Far:
                return TryRestoreVector(memory, frameBase + code.Operand, code.Info, frame);
            case UnwindOperation.PushMachineFrame:
                machineFrame = true;
                // With an error code on top of it when the code says so.
                return TryReadMachineFrame(memory, frame.StackPointer + (code.Info != 0 ? 8UL : 0), frame);
            default:
                return true;
        }
    }

    // rip, cs, rflags, rsp, ss, 8 bytes each, as the processor pushed them (Intel SDM volume 3A, "64-Bit Mode Stack Frame").
    private static bool TryReadMachineFrame(IAddressReader memory, ulong address, Amd64Frame frame)
    {
        Span<byte> words = stackalloc byte[40];
        if (memory.Read(address, words) != words.Length) return false;
        frame.InstructionPointer = BinaryPrimitives.ReadUInt64LittleEndian(words);
        frame.StackPointer = BinaryPrimitives.ReadUInt64LittleEndian(words[24..]);
        frame.MachineState = new Amd64MachineState(
            BinaryPrimitives.ReadUInt16LittleEndian(words[8..]), BinaryPrimitives.ReadUInt16LittleEndian(words[32..]), BinaryPrimitives.ReadUInt32LittleEndian(words[16..]));
        return true;
    }

    // Traps push volatile registers too, and say so by the same codes.
    private static bool TryRestore(IAddressReader memory, ulong address, int register, Amd64Frame frame)
    {
        if (!TryRead(memory, address, out ulong value)) return false;
        frame.Registers[register] = value;
        frame.Known |= (ushort)(1 << register);
        return true;
    }

    private static bool TryRestoreVector(IAddressReader memory, ulong address, int register, Amd64Frame frame)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (memory.Read(address, bytes) != bytes.Length) return false;
        frame.Vectors[register] = BinaryPrimitives.ReadUInt128LittleEndian(bytes);
        frame.KnownVectors |= (ushort)(1 << register);
        return true;
    }

    private static bool TryRead(IAddressReader memory, ulong address, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        bool done = memory.Read(address, bytes) == 8;
        value = done ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
        return done;
    }
}
