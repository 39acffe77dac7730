namespace NetKd.Symbols.Unwinding;

/// <summary>
/// Leaves a function on 32-bit x86, which has no unwind data: by the PDB's frame data program or FPO record, else by ebp, else by the first word on
/// the stack that a call can have put there. Bounded reads.
/// </summary>
/// <param name="memory">The target's memory: stack and code. Addresses are sign-extended, as those of 32-bit targets are.</param>
/// <param name="isCode">Says whether an address is in a loaded image.</param>
public sealed class X86Unwinder(IAddressReader memory, Func<uint, bool> isCode)
{
    // Words of stack that are looked through for a return address.
    private const int MaxSearch = 64;

    // KTRAP_FRAME of 32-bit kernels, as published in kernel symbols.
    private const uint TrapEdx = 0x3C, TrapEcx = 0x40, TrapEax = 0x44, TrapEdi = 0x54, TrapEsi = 0x58, TrapEbx = 0x5C, TrapEbp = 0x60, TrapEip = 0x68;
    private const uint TrapCs = 0x6C, TrapFlags = 0x70, TrapEsp = 0x74;
    private const uint Virtual8086 = 0x2_0000;

    private static readonly string[] s_names = ["$eax", "$ecx", "$edx", "$ebx", "$esp", "$ebp", "$esi", "$edi"];

    /// <summary>Turns the frame into its caller's. False when nothing tells who that is; the frame is then as it was.</summary>
    /// <param name="data">What the PDB says of the function; null for nothing.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="method">How the caller was found.</param>
    public bool TryUnwind(X86FrameData? data, X86Frame frame, out FrameMethod method)
    {
        ArgumentNullException.ThrowIfNull(frame);
        X86Frame caller = frame.Copy();
        caller.ForgetVolatile();
        caller.IsExecuting = false;
        caller.CalleeParameterBytes = data?.ParameterBytes ?? 0;
        if (!TryLeave(data, frame, caller, out method)) return false;
        frame.CopyFrom(caller);
        return true;
    }

    private bool TryLeave(X86FrameData? data, X86Frame frame, X86Frame caller, out FrameMethod method)
    {
        method = FrameMethod.Leaf;
        if (frame.IsExecuting && TryLeaveEdges(frame, caller)) return true;
        if (data is { Program.Length: > 0 })
        {
            method = FrameMethod.FrameData;
            if (TryRun(data, frame, caller)) return true;
        }
        else if (data is { Kind: 1 or 2 })
        {
            method = FrameMethod.MachineFrame;
            return data.Kind == 1 && TryReadTrapFrame(frame.Registers[X86Frame.Ebp], caller);
        }
        else if (data is { Kind: 0 })
        {
            method = FrameMethod.Fpo;
            if (TryLeaveWithoutFramePointer(data, frame, caller)) return true;
        }

        method = FrameMethod.FramePointer;
        if (TryFollowFramePointer(frame, caller)) return true;
        method = FrameMethod.Guess;
        return Search(frame.Registers[X86Frame.Esp] + frame.CalleeParameterBytes) is { } place && TryReturn(place, caller);
    }

    // At its first byte and at its return, a function has nothing on the stack; behind push ebp it has that.
    private bool TryLeaveEdges(X86Frame frame, X86Frame caller)
    {
        Span<byte> code = stackalloc byte[4];
        uint ip = frame.InstructionPointer, stack = frame.Registers[X86Frame.Esp];
        if (memory.Read(unchecked((ulong)(int)(ip - 1)), code) != code.Length) return false;
        if (code[1..] is [0x55, 0x8B, 0xEC] or [0x55, 0x89, 0xE5] || code[1] is 0xC3 or 0xC2) return IsReturnAddressAt(stack) && TryReturn(stack, caller);
        if (code[0] != 0x55 || code[1..3] is not ([0x8B, 0xEC] or [0x89, 0xE5])) return false;
        if (!X86FrameProgram.TryRead(memory, stack, out uint saved) || !IsReturnAddressAt(stack + 4) || !TryReturn(stack + 4, caller)) return false;
        caller.Registers[X86Frame.Ebp] = saved;
        return true;
    }

    private bool TryRun(X86FrameData data, X86Frame frame, X86Frame caller)
    {
        uint start = frame.Registers[X86Frame.Esp] + frame.CalleeParameterBytes + data.LocalBytes + data.SavedRegisterBytes;
        Dictionary<string, uint> variables = new(StringComparer.Ordinal)
        {
            ["$eip"] = frame.InstructionPointer,
            [".raSearchStart"] = start,
            [".cbLocals"] = data.LocalBytes,
            [".cbParams"] = data.ParameterBytes,
            [".cbSavedRegs"] = data.SavedRegisterBytes,
            [".cbCalleeParams"] = frame.CalleeParameterBytes,
        };
        // Only a program that wants it costs a search.
        if (data.Program.Contains(".raSearch", StringComparison.Ordinal))
        {
            uint found = Search(start) ?? start;
            variables[".raSearch"] = found;
            variables[".raSearchStart"] = found;
        }

        for (int i = 0; i < s_names.Length; i++) variables[s_names[i]] = frame.Registers[i];
        if (!X86FrameProgram.TryRun(data.Program, memory, variables)) return false;
        for (int i = 0; i < s_names.Length; i++) caller.Registers[i] = variables[s_names[i]];
        caller.InstructionPointer = variables["$eip"];
        return caller.InstructionPointer == 0 || isCode(caller.InstructionPointer);
    }

    // FPO_DATA: locals and saved registers lie on the return address; ebp, when it was saved for other use, was pushed first.
    private bool TryLeaveWithoutFramePointer(X86FrameData data, X86Frame frame, X86Frame caller)
    {
        uint start = frame.Registers[X86Frame.Esp] + frame.CalleeParameterBytes + data.LocalBytes + data.SavedRegisterBytes;
        bool inPrologue = frame.IsExecuting && data.PrologueBytes > 0;
        uint? place = IsReturnAddressAt(start) || !inPrologue ? start : Search(frame.Registers[X86Frame.Esp]);
        if (place is not { } at || !TryReturn(at, caller)) return false;
        if (caller.InstructionPointer != 0 && !isCode(caller.InstructionPointer)) return false;
        if (data is { UsesFramePointer: true, SavedRegisterBytes: >= 4 } && X86FrameProgram.TryRead(memory, at - 4, out uint saved)) caller.Registers[X86Frame.Ebp] = saved;
        return true;
    }

    private bool TryFollowFramePointer(X86Frame frame, X86Frame caller)
    {
        uint ebp = frame.Registers[X86Frame.Ebp];
        if (ebp < frame.Registers[X86Frame.Esp] || ebp % 4 != 0) return false;
        if (!X86FrameProgram.TryRead(memory, ebp, out uint saved) || !TryReturn(ebp + 4, caller)) return false;
        caller.Registers[X86Frame.Ebp] = saved;
        return caller.InstructionPointer == 0 || isCode(caller.InstructionPointer);
    }

    // FRAME_TRAP: ebp holds the trap frame. A trap from the kernel leaves its stack in place, so that the interrupted stack begins where
    // esp and ss would be saved.
    private bool TryReadTrapFrame(uint trap, X86Frame caller)
    {
        if (!X86FrameProgram.TryRead(memory, trap + TrapCs, out uint code) || !X86FrameProgram.TryRead(memory, trap + TrapFlags, out uint flags)) return false;
        uint[] places = [TrapEax, TrapEcx, TrapEdx, TrapEbx, TrapEsp, TrapEbp, TrapEsi, TrapEdi];
        bool fromKernel = (code & 3) == 0 && (flags & Virtual8086) == 0;
        for (int i = 0; i < places.Length; i++)
        {
            if (i == X86Frame.Esp && fromKernel) caller.Registers[i] = trap + TrapEsp;
            else if (X86FrameProgram.TryRead(memory, trap + places[i], out uint value)) caller.Registers[i] = value;
            else return false;
        }

        if (!X86FrameProgram.TryRead(memory, trap + TrapEip, out uint eip)) return false;
        caller.InstructionPointer = eip;
        caller.IsExecuting = true;
        caller.CalleeParameterBytes = 0;
        caller.Known = byte.MaxValue;
        return true;
    }

    private bool TryReturn(uint place, X86Frame caller)
    {
        if (!X86FrameProgram.TryRead(memory, place, out uint address)) return false;
        caller.InstructionPointer = address;
        caller.Registers[X86Frame.Esp] = place + 4;
        return true;
    }

    private uint? Search(uint start)
    {
        for (uint i = 0; i < MaxSearch; i++)
        {
            if (IsReturnAddressAt(start + 4 * i)) return start + 4 * i;
        }

        return null;
    }

    private bool IsReturnAddressAt(uint place) => X86FrameProgram.TryRead(memory, place, out uint address) && IsBehindCall(address);

    // call rel32; call r/m32 with no, a byte's or a word's displacement, and the same with a SIB byte.
    private bool IsBehindCall(uint address)
    {
        if (!isCode(address)) return false;
        Span<byte> code = stackalloc byte[7];
        if (memory.Read(unchecked((ulong)(int)(address - 7)), code) != code.Length) return false;
        if (code[2] == 0xE8) return true;
        for (int length = 2; length <= 7; length++)
        {
            ReadOnlySpan<byte> call = code[(7 - length)..];
            if (call[0] == 0xFF && (call[1] >> 3 & 7) == 2 && CallLength(call[1]) == length) return true;
        }

        return false;
    }

    private static int CallLength(byte operand)
    {
        int mode = operand >> 6, place = operand & 7;
        if (mode == 3) return 2;
        int displacement = mode == 1 ? 1 : mode == 2 || place == 5 ? 4 : 0;
        return 2 + (place == 4 ? 1 : 0) + displacement;
    }
}
